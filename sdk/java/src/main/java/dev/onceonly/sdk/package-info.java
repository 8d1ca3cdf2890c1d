/// The OnceOnly client: [OnceOnly][dev.onceonly.sdk.OnceOnly], its options, outcomes and functions.
@NullMarked
package dev.onceonly.sdk;

import org.jspecify.annotations.NullMarked;
