package dev.onceonly.core.audit;

import dev.onceonly.core.audit.AuditEntry.Link;
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
  private final long removableUpToMs;
  private long lastNumber;
  private String lastHash;

  /// The instant of the last entry that was seen; -1 where none was.
  private long lastAtMs = -1;

  private boolean knowsTimes;

  /// Begins a walk.
  ///
  /// @param removableUpToMs see [RetentionHistory#removableUpToMs]
  public ChainVerifier(ChainKey chain, ChainRow head, long removableUpToMs) {
    this.chain = chain;
    this.head = head;
    this.removableUpToMs = removableUpToMs;
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
    if (!possible) {
      return fault(head.length(), Kind.HEAD_IMPOSSIBLE);
    }
    ChainRow.Times times = head.times();
    boolean known = times.anchorAtMs() > 0 && times.removedAtMs() > 0 && times.keptMs() >= 0;
    return known && times.anchorAtMs() > times.removedAtMs() - times.keptMs()
        ? fault(head.anchorNumber(), Kind.REMOVED_EARLY)
        : null;
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
        return fault(number(next, wrong), wrong);
      }
      lastAtMs = next.entry().atMs();
      knowsTimes |= next.entry().link().previousAtMs() != Link.NOT_KEPT;
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
    if (!lastHash.equals(head.headHash())) {
      return fault(lastNumber, Kind.HEAD_DIFFERS);
    }
    long headAtMs = head.times().headAtMs();
    if (lastAtMs >= 0) {
      return headAtMs >= 0 && headAtMs != lastAtMs ? fault(lastNumber, Kind.HEAD_DIFFERS) : null;
    }
    // Nothing is left but the head, so it alone says when.
    Kind wrong = head.anchorNumber() == 0 ? null : removedAt(headAtMs);
    return wrong == null ? null : fault(head.anchorNumber(), wrong);
  }

  private long number(Numbered next, Kind wrong) {
    if (wrong == Kind.MISSING) {
      return lastNumber + 1;
    }
    boolean removed = wrong == Kind.REMOVED_EARLY || wrong == Kind.ANCHOR_TIME_DIFFERS;
    return removed ? head.anchorNumber() : next.number();
  }

  /// What is wrong with when the prefix was removed, by its last entry's instant.
  private @Nullable Kind removedAt(long atMs) {
    if (atMs <= 0) {
      return null;
    }
    long anchorAtMs = head.times().anchorAtMs();
    if (anchorAtMs > 0 && anchorAtMs != atMs) {
      return Kind.ANCHOR_TIME_DIFFERS;
    }
    return atMs > removableUpToMs ? Kind.REMOVED_EARLY : null;
  }

  /// What is wrong with what an entry says of the instant before it.
  private @Nullable Kind wrongTime(Link link, boolean first) {
    if (link.previousAtMs() == Link.NOT_KEPT) {
      return knowsTimes ? Kind.TIME_DIFFERS : null;
    }
    if (!first) {
      return link.previousAtMs() == lastAtMs ? null : Kind.TIME_DIFFERS;
    }
    if (head.anchorNumber() == 0) {
      return link.previousAtMs() == 0 ? null : Kind.TIME_DIFFERS;
    }
    return removedAt(link.previousAtMs());
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
    boolean first = lastNumber == head.anchorNumber();
    if (!next.entry().link().previousHash().equals(lastHash)) {
      return first && lastNumber > 0 ? Kind.NOT_AFTER_ANCHOR : Kind.PREVIOUS_DIFFERS;
    }
    return AuditChain.isGenuine(chain, next.number(), next.entry())
        ? wrongTime(next.entry().link(), first)
        : Kind.CONTENT_CHANGED;
  }

  private ChainFault fault(long number, Kind kind) {
    return new ChainFault(chain, number, kind);
  }
}
