package dev.onceonly.sdk.internal.json;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// JSON that is the same text for equal values: sorted names, no blanks, the shortest number.
public final class CanonicalJson {
  private CanonicalJson() {}

  /// The text of any value that has a JSON form.
  ///
  /// @throws IllegalArgumentException if it has none
  public static String of(@Nullable Object value) {
    return write(Values.strict(value));
  }

  /// The text of a tree of maps, lists and scalars.
  static String write(@Nullable Object tree) {
    StringBuilder out = new StringBuilder();
    append(out, tree);
    return out.toString();
  }

  private static void append(StringBuilder out, @Nullable Object tree) {
    if (tree instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> sorted = new TreeMap<>();
      map.forEach((name, value) -> sorted.put(String.valueOf(name), value));
      String separator = "{";
      for (Map.Entry<String, @Nullable Object> entry : sorted.entrySet()) {
        out.append(separator).append(Json.text(entry.getKey())).append(':');
        append(out, entry.getValue());
        separator = ",";
      }
      out.append(sorted.isEmpty() ? "{}" : "}");
    } else if (tree instanceof List<?> list) {
      String separator = "[";
      for (Object item : list) {
        out.append(separator);
        append(out, item);
        separator = ",";
      }
      out.append(list.isEmpty() ? "[]" : "]");
    } else if (tree instanceof Number number) {
      out.append(number(number));
    } else {
      out.append(Json.text(tree));
    }
  }

  // 1, 1.0 and 1e0 are one number in JSON.
  private static String number(Number number) {
    BigDecimal exact = new BigDecimal(number.toString());
    if (exact.signum() == 0) {
      return "0";
    }
    BigDecimal shortest = exact.stripTrailingZeros();
    boolean plain = shortest.scale() <= 0 && shortest.precision() - shortest.scale() <= 21;
    return plain ? shortest.toPlainString() : Json.text(shortest);
  }
}
