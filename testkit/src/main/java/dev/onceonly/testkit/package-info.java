/// What tests of several modules share: contracts that every store passes, races, clocks, and a
/// store in memory that passes the same contracts.
@NullMarked
package dev.onceonly.testkit;

import org.jspecify.annotations.NullMarked;
