package dev.onceonly.core.service;

import dev.onceonly.core.audit.AuditChain;
import dev.onceonly.core.audit.AuditChain.Content;
import dev.onceonly.core.audit.AuditEntry;
import dev.onceonly.core.audit.AuditKey;
import dev.onceonly.core.audit.ChainKey;
import dev.onceonly.core.audit.ChainRow;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Rows;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Appends to one chain within one step, so that a change and its audit entry are there together or
/// not at all. The step names the [ChainKey] among its reads. Lives for one call of `decide`; not
/// thread-safe.
final class AuditTrail {
  private final ChainKey chain;
  private final List<Change<?>> entries = new ArrayList<>(2);
  private ChainRow head;

  AuditTrail(ChainKey chain, Rows rows) {
    this(chain, rows.get(chain));
  }

  private AuditTrail(ChainKey chain, @Nullable ChainRow head) {
    this.chain = chain;
    this.head = head == null ? ChainRow.EMPTY : head;
  }

  /// The chain of something that is made in this very step, so that it can't have one: the only
  /// case in which the step does not name it among its reads.
  static AuditTrail ofNew(ChainKey chain) {
    return new AuditTrail(chain, (ChainRow) null);
  }

  /// The changes that append one entry to a chain, for a step with no more to tell; it adds its
  /// own.
  static List<Change<?>> entry(ChainKey chain, Rows rows, Content content) {
    AuditTrail trail = new AuditTrail(chain, rows);
    trail.append(content);
    List<Change<?>> changes = new ArrayList<>(4);
    trail.saveInto(changes);
    return changes;
  }

  void append(Content content) {
    AuditEntry entry = AuditChain.next(chain, head, content);
    head = head.grownBy(entry);
    entries.add(new Change<>(new AuditKey(chain, head.length()), entry));
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /// The chain's head first: a store keeps the entries beside it.
  void saveInto(List<Change<?>> changes) {
    if (!entries.isEmpty()) {
      changes.add(new Change<>(chain, head));
      changes.addAll(entries);
    }
  }
}
