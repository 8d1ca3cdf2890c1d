/// Offenders in the place of `store`, and a clock, which is none.
@NullMarked
package dev.onceonly.server.planted.store;

import org.jspecify.annotations.NullMarked;
