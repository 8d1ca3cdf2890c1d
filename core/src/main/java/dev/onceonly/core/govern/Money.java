package dev.onceonly.core.govern;

import java.math.BigDecimal;
import java.math.RoundingMode;

/// Amounts of money as whole nano-USD (contract 18): exact, so that a thousand parts add up. Input
/// is rounded half up; the wire shows the shortest decimal in USD.
public final class Money {

  /// The largest amount that is taken in one place: 1e9 USD, inclusive.
  public static final long NANO_USD_MAX = 1_000_000_000_000_000_000L;

  private static final int NANO_DIGITS = 9;
  private static final BigDecimal USD_MAX = BigDecimal.valueOf(1_000_000_000L);

  private Money() {}

  /// Whether an amount may be taken in: 0 to 1e9 USD.
  public static boolean isInRange(BigDecimal usd) {
    return usd.signum() >= 0 && usd.compareTo(USD_MAX) <= 0;
  }

  /// Nano-USD of an amount in range.
  public static long toNanoUsd(BigDecimal usd) {
    if (!isInRange(usd)) {
      throw new IllegalArgumentException("an amount is 0 to 1e9 USD");
    }
    return usd.movePointRight(NANO_DIGITS).setScale(0, RoundingMode.HALF_UP).longValueExact();
  }

  /// USD without trailing zeros: `30000000` is `0.03`.
  public static BigDecimal toUsd(long nanoUsd) {
    BigDecimal usd = BigDecimal.valueOf(nanoUsd, NANO_DIGITS).stripTrailingZeros();
    return usd.scale() < 0 ? usd.setScale(0) : usd;
  }

  /// The sum, or `Long.MAX_VALUE` where it is larger: a total that overflows must not look small.
  public static long plus(long a, long b) {
    long sum = a + b;
    return ((a ^ sum) & (b ^ sum)) < 0 ? Long.MAX_VALUE : sum;
  }
}
