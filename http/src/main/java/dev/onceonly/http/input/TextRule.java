package dev.onceonly.http.input;

import java.util.List;
import tools.jackson.databind.node.StringNode;

/// Bounds on a text, in Unicode code points, both inclusive. U+0000 is refused everywhere: one of
/// the databases can't keep it.
///
/// @param blankAllowed false where only white space is no value
public record TextRule(int min, int max, boolean blankAllowed) {
  /// Idempotency keys: compared exactly, so nothing is trimmed or normalised.
  public static final TextRule KEY = new TextRule(1, 256, false);

  /// Ids, hashes and codes.
  public static final TextRule ID = new TextRule(1, 256, true);

  private static final int NEXT_LINE = 0x85;
  private static final int BYTE_ORDER_MARK = 0xFEFF;

  public static TextRule of(int min, int max) {
    return new TextRule(min, max, true);
  }

  public boolean accepts(String text, List<Object> loc, Problems problems) {
    int count = text.codePointCount(0, text.length());
    if (count < min) {
      return refuse(
          "string_too_short",
          "String should have at least " + min + (min == 1 ? " character" : " characters"),
          text,
          loc,
          problems);
    }
    if (count > max) {
      return refuse(
          "string_too_long",
          "String should have at most " + max + " characters",
          text,
          loc,
          problems);
    }
    if (text.indexOf('\0') >= 0) {
      return refuse("value_error", "Value error, U+0000 is not allowed", text, loc, problems);
    }
    if (!blankAllowed && text.codePoints().allMatch(TextRule::isWhiteSpace)) {
      return refuse("value_error", "Value error, only white space", text, loc, problems);
    }
    return true;
  }

  // As Unicode has it, and patterns of JSON Schema too: String.isBlank leaves out the spaces that
  // don't break, the next line and the byte order mark.
  private static boolean isWhiteSpace(int codePoint) {
    return Character.isWhitespace(codePoint)
        || Character.isSpaceChar(codePoint)
        || codePoint == NEXT_LINE
        || codePoint == BYTE_ORDER_MARK;
  }

  private static boolean refuse(
      String type, String msg, String text, List<Object> loc, Problems problems) {
    problems.add(type, loc, msg, StringNode.valueOf(text));
    return false;
  }
}
