/// The command line.
@NullMarked
package dev.onceonly.server.command;

import org.jspecify.annotations.NullMarked;
