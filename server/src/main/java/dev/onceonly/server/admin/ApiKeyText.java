package dev.onceonly.server.admin;

import java.util.function.LongSupplier;

/// Makes the text of new API keys: the published prefix and 40 random characters (231 bits).
public final class ApiKeyText {
  private static final String PREFIX = "once_live_";
  private static final String DIGITS = "0123456789ABCDEFGHJKLMNPQRSTVWXYZabcdefghjkmnpqrstvwxyz";
  private static final int LENGTH = 40;

  private final LongSupplier random;

  /// Takes its randomness from outside.
  ///
  /// @param random a cryptographically strong source
  public ApiKeyText(LongSupplier random) {
    this.random = random;
  }

  public String next() {
    StringBuilder text = new StringBuilder(PREFIX.length() + LENGTH).append(PREFIX);
    while (text.length() < PREFIX.length() + LENGTH) {
      // The low six bits of a fresh number, those beyond the alphabet thrown away: no digit is more
      // likely.
      int digit = (int) (random.getAsLong() & 63);
      if (digit < DIGITS.length()) {
        text.append(DIGITS.charAt(digit));
      }
    }
    return text.toString();
  }
}
