/// Runs: keyed background work, its queue and its steps; events and timelines.
@NullMarked
package dev.onceonly.core.run;

import org.jspecify.annotations.NullMarked;
