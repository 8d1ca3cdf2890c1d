/// The API from outside: real HTTP against a whole server on a folder of its own.
@NullMarked
package dev.onceonly.server.api;

import org.jspecify.annotations.NullMarked;
