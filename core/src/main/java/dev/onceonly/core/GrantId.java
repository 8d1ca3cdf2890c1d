package dev.onceonly.core;

/// Writes a grant's token as the opaque id that callers see: a prefix and 13 lower-case base32
/// digits.
public final class GrantId {
  private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
  private static final int LENGTH = 13;

  private GrantId() {}

  public static String lease(long token) {
    return write("lease_", token);
  }

  public static String lock(long token) {
    return write("lock_", token);
  }

  private static String write(String prefix, long token) {
    StringBuilder id = new StringBuilder(prefix.length() + LENGTH).append(prefix);
    for (int shift = 60; shift >= 0; shift -= 5) {
      id.append(DIGITS.charAt((int) (token >>> shift) & 31));
    }
    return id.toString();
  }
}
