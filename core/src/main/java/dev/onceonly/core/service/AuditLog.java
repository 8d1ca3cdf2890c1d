package dev.onceonly.core.service;

import dev.onceonly.core.audit.AuditEntry;
import dev.onceonly.core.audit.AuditKey;
import dev.onceonly.core.audit.AuditQueries.Numbered;
import dev.onceonly.core.audit.ChainFault;
import dev.onceonly.core.audit.ChainFault.Kind;
import dev.onceonly.core.audit.ChainKey;
import dev.onceonly.core.audit.ChainRow;
import dev.onceonly.core.audit.ChainVerifier;
import dev.onceonly.core.audit.Checkpoint;
import dev.onceonly.core.audit.RetentionHistory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the audit log of a store, which may go on meanwhile: what is appended or removed by
/// retention during a walk is no fault. Holds at most one piece of a chain in memory. Thread-safe.
public final class AuditLog {
  private static final int PIECE_CHAINS = 500;
  private static final int PIECE_ENTRIES = 500;

  /// Retention moves an anchor seldom, so one walk in a row that it disturbs is already rare.
  private static final int WALKS_MAX = 100;

  private final Store store;

  public AuditLog(Store store) {
    this.store = store;
  }

  /// What a walk over all chains found.
  ///
  /// @param entries those that were found genuine
  /// @param faults the first of each broken chain
  /// @param retention which has been in force: a lowered setting explains what it has removed
  public record Findings(
      long chains, long entries, List<ChainFault> faults, RetentionHistory retention) {
    public Findings {
      faults = List.copyOf(faults);
    }
  }

  /// What has become of what a checkpoint saw.
  ///
  /// @param removed heads that retention has removed since, so that they can't be compared
  /// @param faults the chains that no longer hold the entry that they had then
  public record Comparison(List<Checkpoint.Head> removed, List<ChainFault> faults) {
    public Comparison {
      removed = List.copyOf(removed);
      faults = List.copyOf(faults);
    }
  }

  /// Walks every chain. However many there are, some of their names are held at a time.
  public Findings verify() {
    List<ChainFault> faults = new ArrayList<>();
    long entries = 0;
    int chains = 0;
    RetentionHistory retention = retention();
    List<ChainKey> piece = store.chains(null, PIECE_CHAINS);
    while (!piece.isEmpty()) {
      for (ChainKey chain : piece) {
        Walk walk = walk(chain, retention);
        entries += walk.entries;
        if (walk.fault != null) {
          faults.add(walk.fault);
        }
      }
      chains += piece.size();
      piece = store.chains(piece.getLast(), PIECE_CHAINS);
    }
    return new Findings(chains, entries, faults, retention());
  }

  /// The heads of all chains that have an entry, as they stand at one instant.
  public Checkpoint checkpoint() {
    List<Checkpoint.Head> heads = new ArrayList<>();
    store
        .chains()
        .forEach((chain, row) -> {
          if (row.length() > 0) {
            heads.add(Checkpoint.of(chain, row));
          }
        });
    heads.sort(Comparator.comparing(Checkpoint.Head::chain, IN_ORDER));
    return new Checkpoint(store.now().toEpochMilli(), heads);
  }

  /// Looks whether every chain still holds the entry that a checkpoint saw at its head. Says
  /// nothing about the entries before and after it: that is what [#verify()] does.
  public Comparison compare(Checkpoint checkpoint) {
    List<Checkpoint.Head> removed = new ArrayList<>();
    List<ChainFault> faults = new ArrayList<>();
    RetentionHistory retention = retention();
    for (Checkpoint.Head head : checkpoint.heads()) {
      // The entry first: retention may remove it in between, but then the anchor says so.
      var entry = store.get(new AuditKey(head.chain(), head.number()));
      ChainRow now = store.get(head.chain());
      ChainFault fault = head.against(now, entry, removableUpToMs(retention));
      if (isEarly(fault)) {
        fault = head.against(now, entry, removableUpToMs(retention()));
      }
      if (fault != null) {
        faults.add(fault);
      } else if (now != null && head.number() < now.anchorNumber()) {
        removed.add(head);
      }
    }
    return new Comparison(removed, faults);
  }

  /// The last entries of a chain, in their order.
  public List<Numbered> newest(ChainKey chain, int limit) {
    ChainRow head = store.get(chain);
    return head == null
        ? List.of()
        : store.entries(chain, Math.max(1, head.length() - limit + 1), limit);
  }

  private static final Comparator<ChainKey> IN_ORDER =
      Comparator.comparingLong(ChainKey::namespaceId).thenComparing(ChainKey::chain);

  private record Walk(long entries, @Nullable ChainFault fault) {}

  /// Which retention has been in force, by the store's own chain.
  private RetentionHistory retention() {
    List<AuditEntry> told = new ArrayList<>();
    long from = 1;
    List<Numbered> piece;
    do {
      piece = store.entries(RetentionHistory.CHAIN, from, PIECE_ENTRIES);
      piece.forEach(numbered -> told.add(numbered.entry()));
      from += PIECE_ENTRIES;
    } while (piece.size() == PIECE_ENTRIES);
    return RetentionHistory.of(told);
  }

  private long removableUpToMs(RetentionHistory retention) {
    return retention.removableUpToMs(store.now().toEpochMilli());
  }

  /// The first removal under another retention may come between the look at that and the walk.
  private Walk walk(ChainKey chain, RetentionHistory known) {
    Walk walk = walkUndisturbed(chain, known);
    return isEarly(walk.fault) ? walkUndisturbed(chain, retention()) : walk;
  }

  private static boolean isEarly(@Nullable ChainFault fault) {
    return fault != null && fault.kind() == Kind.REMOVED_EARLY;
  }

  private Walk walkUndisturbed(ChainKey chain, RetentionHistory retention) {
    Walk walk = new Walk(0, null);
    for (int i = 0; i < WALKS_MAX; i++) {
      ChainRow head = head(chain);
      walk = walk(chain, head, removableUpToMs(retention));
      if (walk.fault == null || head(chain).anchorNumber() == head.anchorNumber()) {
        return walk;
      }
    }
    return walk;
  }

  private Walk walk(ChainKey chain, ChainRow head, long removableUpToMs) {
    ChainVerifier verifier = new ChainVerifier(chain, head, removableUpToMs);
    ChainFault fault = verifier.begin();
    // From the first number, so that entries of a removed prefix show.
    long from = 1;
    while (fault == null) {
      List<Numbered> piece = store.entries(chain, from, PIECE_ENTRIES);
      if (piece.isEmpty()) {
        break;
      }
      fault = verifier.take(upTo(head.length(), piece));
      if (piece.getLast().number() > head.length()) {
        break;
      }
      from = piece.getLast().number() + 1;
    }
    if (fault == null) {
      fault = verifier.end();
    }
    if (fault == null) {
      fault = beyond(chain, head);
    }
    return new Walk(verifier.lastNumber() - head.anchorNumber(), fault);
  }

  /// What was appended after the head was read is for the next walk.
  private static List<Numbered> upTo(long length, List<Numbered> piece) {
    return piece.stream().filter(entry -> entry.number() <= length).toList();
  }

  private @Nullable ChainFault beyond(ChainKey chain, ChainRow head) {
    List<Numbered> next = store.entries(chain, head.length() + 1, 1);
    if (next.isEmpty() || next.getFirst().number() <= head(chain).length()) {
      return null;
    }
    return new ChainFault(chain, next.getFirst().number(), Kind.BEYOND_HEAD);
  }

  private ChainRow head(ChainKey chain) {
    ChainRow row = store.get(chain);
    return row == null ? ChainRow.EMPTY : row;
  }
}
