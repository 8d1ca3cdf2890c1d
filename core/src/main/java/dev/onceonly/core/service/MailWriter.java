package dev.onceonly.core.service;

import dev.onceonly.core.notify.MailKey;
import dev.onceonly.core.notify.MailRow;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Rows;
import java.time.Instant;
import java.util.List;

/// Puts a mail into the outbox within the step that it tells of: at most one for each namespace,
/// kind, subject and hour. Whether the namespace wants it is looked at when it is sent.
final class MailWriter {
  private static final long HOUR_SECONDS = 3_600;

  private MailWriter() {}

  /// What a step has to name among its reads.
  static MailKey key(long namespaceId, MailKey.Kind kind, String subject, Instant now) {
    return new MailKey(
        namespaceId, kind, subject, (int) Math.floorDiv(now.getEpochSecond(), HOUR_SECONDS));
  }

  static void write(MailKey key, String text, Rows rows, Instant now, List<Change<?>> changes) {
    if (rows.get(key) == null) {
      changes.add(unsent(key, text, now));
    }
  }

  /// A mail of which the step knows, without looking, that there is none of its name yet.
  static Change<MailRow> unsent(MailKey key, String text, Instant now) {
    long nowMs = now.toEpochMilli();
    return new Change<>(key, new MailRow(text, nowMs, 0, nowMs));
  }
}
