/// The commit lane's contract: steps that name the rows they read, pure decisions, and the ports
/// through which a store runs them and answers queries.
@NullMarked
package dev.onceonly.core.step;

import org.jspecify.annotations.NullMarked;
