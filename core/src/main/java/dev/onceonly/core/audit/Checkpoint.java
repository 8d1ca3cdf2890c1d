package dev.onceonly.core.audit;

import dev.onceonly.core.audit.ChainFault.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The heads of all chains at one instant, to be kept where nobody who can write to the store can
/// write: whoever rewrites a chain from its start can make it fit in itself, but not to what a
/// checkpoint has seen.
public record Checkpoint(long atMs, List<Head> heads) {

  /// One chain's last entry at that time.
  ///
  /// @param number its number, which is the chain's length
  /// @param hash its hash
  /// @param atMs its instant; -1 where it was not kept
  /// @param anchor what retention had left by then; null in checkpoints of before it was kept
  public record Head(ChainKey chain, long number, String hash, long atMs, @Nullable Anchor anchor) {

    /// As older checkpoints have it.
    public Head(ChainKey chain, long number, String hash) {
      this(chain, number, hash, -1, null);
    }

    /// Compares with the chain as it is now.
    ///
    /// @param now the chain's head; null where it has none
    /// @param entry the entry with this number; null where there is none
    /// @param removableUpToMs see [RetentionHistory#removableUpToMs]
    public @Nullable ChainFault against(
        @Nullable ChainRow now, @Nullable AuditEntry entry, long removableUpToMs) {
      if (now == null) {
        return fault(Kind.HEAD_MISSING);
      }
      ChainFault moved = anchor == null ? null : anchor.against(chain, now);
      if (moved != null) {
        return moved;
      }
      // It is at least as young as it was then, whatever the chain has been made to say of it.
      if (number <= now.anchorNumber() && atMs > 0 && atMs > removableUpToMs) {
        return fault(Kind.REMOVED_EARLY);
      }
      if (number < now.anchorNumber()) {
        return null;
      }
      if (number == now.anchorNumber()) {
        return hash.equals(now.anchorHash()) ? null : fault(Kind.CHECKPOINT_DIFFERS);
      }
      if (entry == null) {
        return fault(Kind.MISSING);
      }
      return hash.equals(entry.link().hash()) ? null : fault(Kind.CHECKPOINT_DIFFERS);
    }

    private ChainFault fault(Kind kind) {
      return new ChainFault(chain, number, kind);
    }
  }

  /// The prefix of a chain that had been removed.
  ///
  /// @param number of its last entry; 0 where none had been
  /// @param atMs of that entry; -1 where it was not kept
  /// @param removedAtMs when it was removed, as far as that was kept
  /// @param keptMs the retention in force then, as far as it was kept
  public record Anchor(long number, String hash, long atMs, long removedAtMs, long keptMs) {
    static Anchor of(ChainRow row) {
      ChainRow.Times times = row.times();
      return new Anchor(
          row.anchorNumber(),
          row.anchorHash(),
          times.anchorAtMs(),
          times.removedAtMs(),
          times.keptMs());
    }

    /// What is removed stays removed.
    private @Nullable ChainFault against(ChainKey chain, ChainRow now) {
      if (now.anchorNumber() < number) {
        return new ChainFault(chain, number, Kind.ANCHOR_MOVED_BACK);
      }
      boolean same = now.anchorNumber() != number || now.anchorHash().equals(hash);
      return same ? null : new ChainFault(chain, number, Kind.CHECKPOINT_DIFFERS);
    }
  }

  /// A chain as a checkpoint sees it.
  public static Head of(ChainKey chain, ChainRow row) {
    return new Head(chain, row.length(), row.headHash(), row.times().headAtMs(), Anchor.of(row));
  }

  public Checkpoint {
    heads = List.copyOf(heads);
  }
}
