package dev.onceonly.sdk.internal.json;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAmount;
import java.util.Calendar;
import java.util.Date;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Texts of single values that are the same for equal ones, however they are written.
public final class Scalars {
  private static final int PLAIN_DIGITS_MAX = 21;
  private static final int DOUBLE_DIGITS_MAX = 17;
  private static final DateTimeFormatter INSTANT =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd'T'HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .appendLiteral('Z')
          .toFormatter(Locale.ROOT);

  private Scalars() {}

  /// The text of a text, character, number, boolean, UUID, instant or date; null for all else.
  ///
  /// @throws IllegalArgumentException for a number that is none
  public static @Nullable String of(@Nullable Object value) {
    if (value instanceof Number number) {
      return number(number);
    }
    if (value instanceof CharSequence
        || value instanceof Boolean
        || value instanceof Character
        || value instanceof UUID) {
      return value.toString();
    }
    return moment(value);
  }

  /// The text of an instant, date, time or amount of time; null for all else. What has an offset is
  /// its instant.
  static @Nullable String moment(@Nullable Object value) {
    if (value instanceof Instant instant) {
      return instant(instant);
    }
    if (value instanceof OffsetDateTime date) {
      return instant(date.toInstant());
    }
    if (value instanceof ZonedDateTime date) {
      return instant(date.toInstant());
    }
    if (value instanceof Calendar calendar) {
      return instant(calendar.toInstant());
    }
    if (value instanceof Date date) {
      return date(date);
    }
    return value instanceof TemporalAccessor || value instanceof TemporalAmount
        ? value.toString()
        : null;
  }

  @SuppressWarnings("JavaUtilDate") // Users have some.
  private static String date(Date date) {
    try {
      return instant(date.toInstant());
    } catch (UnsupportedOperationException e) {
      // The dates and times of databases, which are no instants.
      return date.toString();
    }
  }

  private static String instant(Instant instant) {
    return INSTANT.format(instant.atOffset(ZoneOffset.UTC));
  }

  /// A number by its value: 100, 100.0 and 1e2 are one.
  ///
  /// @throws IllegalArgumentException if it is not a number, or infinite
  static String number(Number number) {
    BigDecimal shortest = decimal(number);
    if (shortest.signum() == 0) {
      return "0";
    }
    shortest = shortest.stripTrailingZeros();
    boolean isPlain =
        shortest.scale() <= 0 && shortest.precision() - shortest.scale() <= PLAIN_DIGITS_MAX;
    return isPlain ? shortest.toPlainString() : shortest.toString();
  }

  private static BigDecimal decimal(Number number) {
    if (number instanceof BigDecimal decimal) {
      return decimal;
    }
    if (!(number instanceof Double || number instanceof Float)) {
      return new BigDecimal(number.toString());
    }
    double value = number.doubleValue();
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      throw new IllegalArgumentException("must be a number, not " + value);
    }
    // Double.toString gives more digits than needed before Java 19, and a key must not depend on
    // the version.
    BigDecimal exact = new BigDecimal(value);
    for (int digits = 1; digits < DOUBLE_DIGITS_MAX; digits++) {
      BigDecimal rounded = exact.round(new MathContext(digits));
      boolean isSame =
          number instanceof Float
              ? rounded.floatValue() == number.floatValue()
              : rounded.doubleValue() == value;
      if (isSame) {
        return rounded;
      }
    }
    return exact.round(new MathContext(DOUBLE_DIGITS_MAX));
  }
}
