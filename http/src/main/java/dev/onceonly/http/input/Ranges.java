package dev.onceonly.http.input;

import java.util.List;
import tools.jackson.databind.JsonNode;

/// Inclusive bounds on a whole number.
final class Ranges {
  private Ranges() {}

  static boolean accepts(
      long value, long min, long max, List<Object> loc, JsonNode input, Problems problems) {
    if (value < min) {
      problems.add(
          "greater_than_equal", loc, "Input should be greater than or equal to " + min, input);
      return false;
    }
    if (value > max) {
      problems.add("less_than_equal", loc, "Input should be less than or equal to " + max, input);
      return false;
    }
    return true;
  }
}
