/// Checkpoints of the audit log: signed, written as text, read and checked again.
@NullMarked
package dev.onceonly.server.audit;

import org.jspecify.annotations.NullMarked;
