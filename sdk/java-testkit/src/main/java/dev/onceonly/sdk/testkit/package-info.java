/// What the tests of the JVM modules share: the real server, and a backend for governed tools.
@NullMarked
package dev.onceonly.sdk.testkit;

import org.jspecify.annotations.NullMarked;
