/// The audit log: append-only chains of entries, each carrying the hash of the one before it.
@NullMarked
package dev.onceonly.core.audit;

import org.jspecify.annotations.NullMarked;
