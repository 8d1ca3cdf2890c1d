package dev.onceonly.server.audit;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// Binary values as text between two marked lines (RFC 7468).
final class Pem {
  private static final int LINE = 64;

  private Pem() {}

  static String encode(String label, byte[] value) {
    Base64.Encoder lines = Base64.getMimeEncoder(LINE, "\n".getBytes(StandardCharsets.US_ASCII));
    return "-----BEGIN "
        + label
        + "-----\n"
        + lines.encodeToString(value)
        + "\n-----END "
        + label
        + "-----\n";
  }

  /// @throws IllegalArgumentException where the text has no such value
  static byte[] decode(String label, String text) {
    String begin = "-----BEGIN " + label + "-----";
    int start = text.indexOf(begin);
    int end = text.indexOf("-----END " + label + "-----");
    if (start < 0 || end < start) {
      throw new IllegalArgumentException("no " + label);
    }
    return Base64.getMimeDecoder().decode(text.substring(start + begin.length(), end));
  }
}
