/// Tests of the memory budget.
@NullMarked
package dev.onceonly.http.memory;

import org.jspecify.annotations.NullMarked;
