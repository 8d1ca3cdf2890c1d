package dev.onceonly.core.notify;

import dev.onceonly.core.step.RowKey;

/// Names one mail: that there is one for a namespace, kind, subject and hour is what keeps a second
/// one away.
///
/// @param subject what it is about, such as `tool mail.send` or a run id; 1 to 300 characters
/// @param hour hours since 1970-01-01T00Z
public record MailKey(long namespaceId, Kind kind, String subject, int hour)
    implements RowKey<MailRow> {

  /// What a mail tells; each has a preference in `/v1/me/notifications`.
  public enum Kind {
    TOOL_ERROR,
    RUN_FAILURE,
    PLAN_LIMIT
  }

  @Override
  public Class<MailRow> rowType() {
    return MailRow.class;
  }
}
