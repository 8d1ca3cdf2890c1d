/// Tests of the wiring, of the rules that hold across modules, and of the whole server.
@NullMarked
package dev.onceonly.server;

import org.jspecify.annotations.NullMarked;
