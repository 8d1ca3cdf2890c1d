package dev.onceonly.http.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Checks on text that Java's own decoders leave out or hide behind a replacement character.
public final class Utf8 {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long HIGH_BITS = 0x8080808080808080L;
  // Adding this to a byte below 0x20 leaves its high bit clear; above, it sets it.
  private static final long TO_HIGH_BIT = 0x6060606060606060L;

  private Utf8() {}

  /// Where the first byte is that is no UTF-8 (overlong, a surrogate, beyond U+10FFFF, truncated)
  /// or a control character other than tab, line feed and carriage return; -1 where all are valid.
  static int firstInvalid(byte[] bytes) {
    int i = 0;
    while (i < bytes.length) {
      if (i + Long.BYTES <= bytes.length && eightPrintable((long) LONGS.get(bytes, i))) {
        i += Long.BYTES;
        continue;
      }
      int length = sequenceLength(bytes, i);
      if (length == 0) {
        return i;
      }
      i += length;
    }
    return -1;
  }

  private static boolean eightPrintable(long word) {
    return (word & HIGH_BITS) == 0 && ((word + TO_HIGH_BIT) & HIGH_BITS) == HIGH_BITS;
  }

  // 0 for an invalid one. The second byte's range is narrower after E0, ED, F0 and F4.
  private static int sequenceLength(byte[] bytes, int at) {
    int lead = bytes[at] & 0xFF;
    if (lead < 0x80) {
      return lead >= 0x20 || lead == '\t' || lead == '\n' || lead == '\r' ? 1 : 0;
    }
    if (lead < 0xC2 || lead > 0xF4) {
      return 0;
    }
    int length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (at + length > bytes.length) {
      return 0;
    }
    int second = bytes[at + 1] & 0xFF;
    int lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    int highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (second < lowest || second > highest) {
      return 0;
    }
    for (int i = 2; i < length; i++) {
      if ((bytes[at + i] & 0xC0) != 0x80) {
        return 0;
      }
    }
    return length;
  }

  /// Whether the text has half a surrogate pair, which no UTF-8 can say.
  public static boolean hasUnpairedSurrogate(String text) {
    int i = 0;
    while (i < text.length()) {
      int codePoint = text.codePointAt(i);
      if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
        return true;
      }
      i += Character.charCount(codePoint);
    }
    return false;
  }
}
