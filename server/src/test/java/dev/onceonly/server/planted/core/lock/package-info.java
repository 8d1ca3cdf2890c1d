/// A planted concept, which imports another.
@NullMarked
package dev.onceonly.server.planted.core.lock;

import org.jspecify.annotations.NullMarked;
