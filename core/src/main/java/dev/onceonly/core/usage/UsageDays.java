package dev.onceonly.core.usage;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;

/// UTC days and months of instants, as the row keys count them.
public final class UsageDays {
  private static final long DAY_SECONDS = 86_400;

  private UsageDays() {}

  public static DayKey dayKey(long namespaceId, Instant now) {
    return new DayKey(namespaceId, day(now));
  }

  public static MonthKey monthKey(long namespaceId, Instant now) {
    return new MonthKey(namespaceId, month(day(now)));
  }

  /// Days since 1970-01-01.
  public static int day(Instant now) {
    return (int) Math.floorDiv(now.getEpochSecond(), DAY_SECONDS);
  }

  /// `YYYY-MM` of an instant.
  public static String monthName(Instant now) {
    return YearMonth.from(now.atOffset(ZoneOffset.UTC)).toString();
  }

  private static int month(int day) {
    LocalDate date = LocalDate.ofEpochDay(day);
    return date.getYear() * 100 + date.getMonthValue();
  }
}
