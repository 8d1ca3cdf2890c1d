/// The planted wiring, which may read the clock.
@NullMarked
package dev.onceonly.server.planted.server;

import org.jspecify.annotations.NullMarked;
