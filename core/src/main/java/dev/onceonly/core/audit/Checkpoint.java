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
  public record Head(ChainKey chain, long number, String hash) {

    /// Compares with the chain as it is now.
    ///
    /// @param now the chain's head; null where it has none
    /// @param entry the entry with this number; null where there is none
    public @Nullable ChainFault against(@Nullable ChainRow now, @Nullable AuditEntry entry) {
      if (now == null) {
        return fault(Kind.HEAD_MISSING);
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

  public Checkpoint {
    heads = List.copyOf(heads);
  }
}
