/// What is counted per namespace: monthly usage against the plan's limits, and daily metrics.
@NullMarked
package dev.onceonly.core.usage;

import org.jspecify.annotations.NullMarked;
