/// The command line: one class for each command.
@NullMarked
package dev.onceonly.server.command;

import org.jspecify.annotations.NullMarked;
