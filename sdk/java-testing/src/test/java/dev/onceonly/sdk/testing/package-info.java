/// Tests as users write them.
@NullMarked
package dev.onceonly.sdk.testing;

import org.jspecify.annotations.NullMarked;
