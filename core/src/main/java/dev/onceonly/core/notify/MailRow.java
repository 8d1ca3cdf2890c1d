package dev.onceonly.core.notify;

import org.jspecify.annotations.Nullable;

/// One mail in the outbox.
///
/// @param text what happened, in plain words
/// @param attempts to send it so far
/// @param nextAtMs when it is tried next; null once it was sent or given up
public record MailRow(String text, long createdAtMs, int attempts, @Nullable Long nextAtMs) {
  public MailRow after(int tried, @Nullable Long next) {
    return new MailRow(text, createdAtMs, tried, next);
  }
}
