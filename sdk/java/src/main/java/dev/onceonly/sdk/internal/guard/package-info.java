/// What guards of functions, methods and tools share, for the SDK's own use: no part of its API.
@NullMarked
package dev.onceonly.sdk.internal.guard;

import org.jspecify.annotations.NullMarked;
