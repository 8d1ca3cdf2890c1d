/// Locks: the first caller with a key goes ahead, every other one learns that it is a duplicate.
@NullMarked
package dev.onceonly.core.lock;

import org.jspecify.annotations.NullMarked;
