/// The command line, in this process and through a running server's socket.
@NullMarked
package dev.onceonly.server.command;

import org.jspecify.annotations.NullMarked;
