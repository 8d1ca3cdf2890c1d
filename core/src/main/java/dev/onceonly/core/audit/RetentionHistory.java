package dev.onceonly.core.audit;

import dev.onceonly.core.audit.AuditChain.Content;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Which retention was in force when audit entries were removed. The store's own chain has an entry
/// for each that was, written with the first removal under it and never removed itself: so a
/// setting that was lowered for a while shows, however it stands now.
///
/// @param periods in their order
public record RetentionHistory(List<Period> periods) {
  /// The action of its entries, whose detail is the retention in milliseconds.
  public static final String ACTION = "audit.retention";

  /// The store's own chain: of no namespace.
  public static final ChainKey CHAIN = ChainKey.ofNamespace(0);

  private static final String UNIT = " ms";

  /// From an instant until the next period.
  public record Period(long fromMs, long keptMs) {}

  public RetentionHistory {
    periods = List.copyOf(periods);
  }

  /// What an entry says of the retention from now on.
  public static Content content(long nowMs, Duration kept) {
    return new Content(nowMs, ACTION, "server", null, kept.toMillis() + UNIT);
  }

  /// What the store's chain tells; an entry of another kind tells nothing.
  public static RetentionHistory of(List<AuditEntry> chain) {
    List<Period> periods = new ArrayList<>();
    for (AuditEntry entry : chain) {
      String detail = entry.detail();
      if (entry.action().equals(ACTION) && detail != null && detail.matches("[0-9]{1,18}" + UNIT)) {
        long keptMs = Long.parseLong(detail.substring(0, detail.length() - UNIT.length()));
        periods.add(new Period(entry.atMs(), keptMs));
      }
    }
    return new RetentionHistory(periods);
  }

  /// The latest instant whose entries may have been removed by now; the smallest number where none
  /// may.
  public long removableUpToMs(long nowMs) {
    long upTo = Long.MIN_VALUE;
    for (int i = 0; i < periods.size(); i++) {
      long end = i + 1 < periods.size() ? periods.get(i + 1).fromMs() : nowMs;
      upTo = Math.max(upTo, end - periods.get(i).keptMs());
    }
    return upTo;
  }
}
