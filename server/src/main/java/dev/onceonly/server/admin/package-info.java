/// What an operator does to a store: directly, or through the socket of the server that runs on it.
@NullMarked
package dev.onceonly.server.admin;

import org.jspecify.annotations.NullMarked;
