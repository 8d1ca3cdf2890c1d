package dev.onceonly.core.audit;

import dev.onceonly.core.audit.AuditQueries.Numbered;
import dev.onceonly.core.audit.ChainFault.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Walks one chain in its order, from the first entry that is there to the one that the head names,
/// a piece at a time. Remembers only where it is. After the first fault it must not be asked again.
/// Not thread-safe.
public final class ChainVerifier {
  private final ChainKey chain;
  private final ChainRow head;
  private long lastNumber;
  private String lastHash;

  public ChainVerifier(ChainKey chain, ChainRow head) {
    this.chain = chain;
    this.head = head;
    this.lastNumber = head.anchorNumber();
    this.lastHash = head.anchorHash();
  }

  /// What is wrong with the head by itself; null where it can be walked to.
  public @Nullable ChainFault begin() {
    boolean possible =
        head.anchorNumber() >= 0
            && head.anchorNumber() <= head.length()
            && (head.anchorNumber() > 0 || head.anchorHash().equals(ChainRow.GENESIS))
            && (head.anchorNumber() < head.length() || head.anchorHash().equals(head.headHash()));
    return possible ? null : fault(head.length(), Kind.HEAD_IMPOSSIBLE);
  }

  /// The number of the last entry that was found genuine; the anchor's before the first.
  public long lastNumber() {
    return lastNumber;
  }

  /// Looks at the next entries, in their order.
  ///
  /// @return the first fault, or null
  public @Nullable ChainFault take(List<Numbered> piece) {
    for (Numbered next : piece) {
      Kind wrong = wrong(next);
      if (wrong != null) {
        return fault(wrong == Kind.MISSING ? lastNumber + 1 : next.number(), wrong);
      }
      lastNumber = next.number();
      lastHash = next.entry().link().hash();
    }
    return null;
  }

  /// After the last piece: whether the head names the entry that was seen last.
  public @Nullable ChainFault end() {
    if (lastNumber < head.length()) {
      return fault(lastNumber + 1, Kind.MISSING);
    }
    return lastHash.equals(head.headHash()) ? null : fault(lastNumber, Kind.HEAD_DIFFERS);
  }

  private @Nullable Kind wrong(Numbered next) {
    if (next.number() <= head.anchorNumber()) {
      return Kind.BEFORE_ANCHOR;
    }
    if (next.number() > head.length()) {
      return lastNumber < head.length() ? Kind.MISSING : Kind.BEYOND_HEAD;
    }
    if (next.number() != lastNumber + 1) {
      return Kind.MISSING;
    }
    if (!next.entry().link().previousHash().equals(lastHash)) {
      boolean first = lastNumber == head.anchorNumber() && lastNumber > 0;
      return first ? Kind.NOT_AFTER_ANCHOR : Kind.PREVIOUS_DIFFERS;
    }
    return AuditChain.isGenuine(chain, next.number(), next.entry()) ? null : Kind.CONTENT_CHANGED;
  }

  private ChainFault fault(long number, Kind kind) {
    return new ChainFault(chain, number, kind);
  }
}
