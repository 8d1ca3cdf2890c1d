package dev.onceonly.http.ui;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Times as people read them.
final class Times {
  private static final DateTimeFormatter UTC =
      DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm:ss", Locale.ENGLISH).withZone(ZoneOffset.UTC);
  private static final int SECOND_MS = 1_000;
  private static final int TEN_SECONDS_MS = 10_000;
  private static final int MINUTE_MS = 60_000;

  private Times() {}

  /// An instant, as text and for machines.
  record At(String text, String iso) {
    static At ofSeconds(long epochSeconds) {
      Instant instant = Instant.ofEpochSecond(epochSeconds);
      return new At(UTC.format(instant) + " UTC", instant.toString());
    }
  }

  /// A duration in its two largest units; below a minute as a decimal of seconds, below a second in
  /// milliseconds.
  static String span(long ms) {
    if (ms < SECOND_MS) {
      return ms + " ms";
    }
    if (ms < MINUTE_MS) {
      // Cut, not rounded: 59.996 seconds are no minute yet.
      return ms < TEN_SECONDS_MS
          ? String.format(Locale.ROOT, "%d.%02d s", ms / SECOND_MS, ms % SECOND_MS / 10)
          : String.format(Locale.ROOT, "%d.%d s", ms / SECOND_MS, ms % SECOND_MS / 100);
    }
    Duration d = Duration.ofMillis(ms);
    if (d.toHours() == 0) {
      return d.toMinutes() + " min " + d.toSecondsPart() + " s";
    }
    return d.toDays() == 0
        ? d.toHours() + " h " + d.toMinutesPart() + " min"
        : d.toDays() + " d " + d.toHoursPart() + " h";
  }
}
