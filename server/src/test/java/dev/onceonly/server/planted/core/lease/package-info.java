/// A planted concept, which another imports.
@NullMarked
package dev.onceonly.server.planted.core.lease;

import org.jspecify.annotations.NullMarked;
