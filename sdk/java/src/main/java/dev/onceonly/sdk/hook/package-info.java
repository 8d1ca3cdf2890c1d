/// What a client tells its user's hooks.
@NullMarked
package dev.onceonly.sdk.hook;

import org.jspecify.annotations.NullMarked;
