/// Settings: one validated record, read from the command line, the environment and a file.
@NullMarked
package dev.onceonly.server.config;

import org.jspecify.annotations.NullMarked;
