/// What the annotations mean, for proxies of every kind.
@NullMarked
package dev.onceonly.sdk.method;

import org.jspecify.annotations.NullMarked;
