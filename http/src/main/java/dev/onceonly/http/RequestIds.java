package dev.onceonly.http;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/// The `X-Request-Id` of a request: the caller's, if it can be sent back as it came.
final class RequestIds {
  static final String HEADER = "X-Request-Id";
  private static final int CHARS_MAX = 256;

  private RequestIds() {}

  /// Unique enough to find a line in a log; no secret, so no secure random.
  static String random() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    HexFormat hex = HexFormat.of();
    return "req_" + hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextInt());
  }

  /// 1 to 256 visible ASCII characters and spaces: a header can't carry more without an encoding
  /// that both sides would have to know.
  static boolean isValid(String id) {
    if (id.isEmpty() || id.length() > CHARS_MAX) {
      return false;
    }
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      if (c < ' ' || c > '~') {
        return false;
      }
    }
    return true;
  }
}
