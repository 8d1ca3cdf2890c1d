/// An OnceOnly in memory, for the tests of applications: no server, no network, and a clock that
/// the test moves.
@NullMarked
package dev.onceonly.sdk.testing;

import org.jspecify.annotations.NullMarked;
