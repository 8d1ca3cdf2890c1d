package dev.onceonly.dispatch;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Hosts that are addresses, in every spelling that some resolver takes: IPv4 in one to four
/// numbers, each decimal, octal (`0177`) or hexadecimal (`0x7f`), the last one filling the rest.
/// Nothing is looked up.
final class HostLiteral {
  private static final Pattern NUMBER = Pattern.compile("0[xX][0-9a-fA-F]*|[0-9]+");
  private static final int PARTS_MAX = 4;
  private static final int DIGITS_MAX = 20;

  private HostLiteral() {}

  /// How the host may be read as an address.
  ///
  /// @param host without brackets
  /// @return null for a name; else all readings, which differ where a number has a leading zero;
  ///   none for what is neither a name nor an address
  static @Nullable List<InetAddress> read(String host) {
    if (host.indexOf(':') >= 0) {
      return ipv6(host);
    }
    String bare = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    String[] parts = bare.split("\\.", -1);
    if (!NUMBER.matcher(parts[parts.length - 1]).matches()) {
      return null;
    }
    byte[] asTheyLook = parts.length > PARTS_MAX ? null : ipv4(parts, false);
    byte[] asDecimals = parts.length > PARTS_MAX ? null : ipv4(parts, true);
    if (asTheyLook == null) {
      return asDecimals == null ? List.of() : List.of(address(asDecimals));
    }
    return asDecimals == null || Arrays.equals(asTheyLook, asDecimals)
        ? List.of(address(asTheyLook))
        : List.of(address(asTheyLook), address(asDecimals));
  }

  private static List<InetAddress> ipv6(String host) {
    try {
      return List.of(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException e) {
      return List.of();
    }
  }

  private static byte @Nullable [] ipv4(String[] parts, boolean decimalsOnly) {
    long address = 0;
    for (int i = 0; i < parts.length; i++) {
      long number = number(parts[i], decimalsOnly);
      int bytes = i == parts.length - 1 ? PARTS_MAX - i : 1;
      if (number < 0 || number >= 1L << (bytes * Byte.SIZE)) {
        return null;
      }
      address = address << (bytes * Byte.SIZE) | number;
    }
    return new byte[] {
      (byte) (address >> 24), (byte) (address >> 16), (byte) (address >> 8), (byte) address
    };
  }

  /// The number, or -1 for what is none.
  private static long number(String part, boolean decimalsOnly) {
    if (!NUMBER.matcher(part).matches() || part.length() > DIGITS_MAX) {
      return -1;
    }
    boolean hexadecimal = part.length() > 1 && (part.charAt(1) | 0x20) == 'x';
    if (hexadecimal) {
      return decimalsOnly ? -1 : parse(part.substring(2), 16);
    }
    boolean octal = !decimalsOnly && part.length() > 1 && part.charAt(0) == '0';
    return parse(part, octal ? 8 : 10);
  }

  private static long parse(String digits, int radix) {
    try {
      return digits.isEmpty() ? 0 : Long.parseLong(digits, radix);
    } catch (NumberFormatException notInThatBase) {
      return -1;
    }
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new AssertionError("an IPv4 address has four bytes", e);
    }
  }
}
