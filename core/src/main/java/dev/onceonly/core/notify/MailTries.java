package dev.onceonly.core.notify;

import org.jspecify.annotations.Nullable;

/// When a mail that could not be sent is tried again: after 1, 2, 4 … 64 minutes, 8 times in all,
/// and not when a day has passed since what it tells of. Pure.
public final class MailTries {
  public static final int MAX = 8;

  private static final long FIRST_WAIT_MS = 60_000;
  private static final long USEFUL_MS = 86_400_000;

  private MailTries() {}

  /// The instant of the next try, or null where the mail is given up.
  ///
  /// @param tried how often so far, from 1
  public static @Nullable Long nextAtMs(MailRow row, int tried, long nowMs) {
    if (tried >= MAX) {
      return null;
    }
    long next = nowMs + (FIRST_WAIT_MS << (tried - 1));
    return next - row.createdAtMs() < USEFUL_MS ? (Long) next : null;
  }

  /// Whether the mail is so old, after a long stop, that it would only confuse.
  public static boolean isTooLate(MailRow row, long nowMs) {
    return nowMs - row.createdAtMs() >= USEFUL_MS;
  }
}
