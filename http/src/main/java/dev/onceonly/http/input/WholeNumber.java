package dev.onceonly.http.input;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads a JSON number whose value is whole, however it is written: 60, 60.0 and 6e1 are one value.
final class WholeNumber {
  private static final int LONG_DIGITS_MAX = 19;

  private WholeNumber() {}

  /// Reads one number.
  ///
  /// @return null, with the reason among the problems, where it is no whole number in int64
  static @Nullable Long of(JsonNode node, List<Object> loc, Problems problems) {
    if (!node.isNumber()) {
      problems.add("int_type", loc, "Input should be a valid integer", node);
      return null;
    }
    if (node.isIntegralNumber()) {
      if (node.canConvertToLong()) {
        return node.longValue();
      }
      return beyond(node, loc, problems);
    }
    BigDecimal value = node.decimalValue();
    // Before any arithmetic: 1e400 as an integer is hundreds of digits for nothing.
    if ((long) value.precision() - value.scale() > LONG_DIGITS_MAX && value.signum() != 0) {
      return beyond(node, loc, problems);
    }
    try {
      return value.longValueExact();
    } catch (ArithmeticException fractionalOrBeyond) {
      if (value.remainder(BigDecimal.ONE).signum() == 0) {
        return beyond(node, loc, problems);
      }
      problems.add(
          "int_from_float",
          loc,
          "Input should be a valid integer, got a number with a fractional part",
          node);
      return null;
    }
  }

  private static @Nullable Long beyond(JsonNode node, List<Object> loc, Problems problems) {
    problems.add("int_parsing_size", loc, "Input should be between -2^63 and 2^63 - 1", node);
    return null;
  }
}
