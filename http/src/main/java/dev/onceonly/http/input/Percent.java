package dev.onceonly.http.input;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Decodes percent escapes strictly: two keys that were sent differently may never become one by a
/// replacement character.
final class Percent {
  private Percent() {}

  /// Decodes one segment, name or value.
  ///
  /// @param plusIsSpace as in a query; in a path a plus is a plus
  /// @return null for an incomplete or non-hexadecimal escape, a byte that should have been
  ///   escaped, and bytes that are no UTF-8
  static @Nullable String decode(String raw, boolean plusIsSpace) {
    int length = raw.length();
    boolean plain = true;
    for (int i = 0; i < length; i++) {
      char c = raw.charAt(i);
      if (c <= ' ' || c >= 0x7F) {
        return null;
      }
      plain &= c != '%' && !(plusIsSpace && c == '+');
    }
    return plain ? raw : decodeEscapes(raw, plusIsSpace);
  }

  private static @Nullable String decodeEscapes(String raw, boolean plusIsSpace) {
    byte[] bytes = new byte[raw.length()];
    int count = 0;
    int i = 0;
    while (i < raw.length()) {
      char c = raw.charAt(i);
      if (c == '%') {
        int octet = octetAt(raw, i + 1);
        if (octet < 0) {
          return null;
        }
        bytes[count++] = (byte) octet;
        i += 3;
      } else {
        bytes[count++] = (byte) (plusIsSpace && c == '+' ? ' ' : c);
        i++;
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, 0, count))
          .toString();
    } catch (CharacterCodingException invalid) {
      return null;
    }
  }

  private static int octetAt(String raw, int at) {
    if (at + 1 >= raw.length()) {
      return -1;
    }
    int high = Character.digit(raw.charAt(at), 16);
    int low = Character.digit(raw.charAt(at + 1), 16);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }
}
