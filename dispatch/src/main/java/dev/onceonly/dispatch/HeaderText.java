package dev.onceonly.dispatch;

import java.nio.charset.StandardCharsets;

/// Any text as a header's value.
final class HeaderText {
  private HeaderText() {}

  /// Visible ASCII as it is; each UTF-8 byte of anything else, and the percent sign, as `%XX`: so a
  /// line break can't start another header, and the receiver can decode it like a URL's part.
  static String encode(String text) {
    StringBuilder encoded = new StringBuilder(text.length());
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      if (octet > ' ' && octet < 0x7F && octet != '%') {
        encoded.append((char) octet);
      } else {
        encoded.append('%').append("%02X".formatted(octet & 0xFF));
      }
    }
    return encoded.toString();
  }
}
