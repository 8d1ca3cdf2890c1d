package dev.onceonly.core.govern;

import java.util.OptionalLong;

/// Writes a call's number as the opaque id that callers see: `call_` and 13 lower-case base32
/// digits, the same way round for every store.
public final class CallId {
  private static final String PREFIX = "call_";
  private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
  private static final int LENGTH = 13;

  private CallId() {}

  public static String of(long number) {
    StringBuilder id = new StringBuilder(PREFIX.length() + LENGTH).append(PREFIX);
    for (int shift = 60; shift >= 0; shift -= 5) {
      id.append(DIGITS.charAt((int) (number >>> shift) & 31));
    }
    return id.toString();
  }

  /// The number of an id, or nothing where the text is none.
  public static OptionalLong number(String id) {
    if (id.length() != PREFIX.length() + LENGTH || !id.startsWith(PREFIX)) {
      return OptionalLong.empty();
    }
    long number = 0;
    for (int i = PREFIX.length(); i < id.length(); i++) {
      int digit = DIGITS.indexOf(id.charAt(i));
      if (digit < 0) {
        return OptionalLong.empty();
      }
      number = number << 5 | digit;
    }
    return OptionalLong.of(number);
  }
}
