package dev.onceonly.server.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// Compares an answer with what a scenario expects of it.
final class Subset {
  private Subset() {}

  /// What of `expected` is not in `actual`: an object may have more fields, a list has the same
  /// length and order, numbers are equal if their values are.
  static List<String> differences(JsonNode expected, JsonNode actual) {
    List<String> differences = new ArrayList<>();
    compare("", expected, actual, differences);
    return differences;
  }

  /// What of a documented example's outline is not in `actual`: the names of its fields, or that it
  /// is a list.
  ///
  /// @param open whether the answer may have fields that the example has not
  static List<String> outlineDifferences(JsonNode example, JsonNode actual, boolean open) {
    if (example.getNodeType() != actual.getNodeType()) {
      return List.of("the example is " + example.getNodeType() + ", the answer is not");
    }
    TreeSet<String> missing = new TreeSet<>(example.propertyNames());
    missing.removeAll(actual.propertyNames());
    TreeSet<String> added = new TreeSet<>(actual.propertyNames());
    added.removeAll(example.propertyNames());
    List<String> differences = new ArrayList<>();
    missing.forEach(name -> differences.add("the example has '" + name + "', the answer has not"));
    if (!open) {
      added.forEach(name -> differences.add("the answer has '" + name + "', the example has not"));
    }
    return differences;
  }

  private static void compare(String at, JsonNode expected, JsonNode actual, List<String> out) {
    if (expected.isObject() && actual.isObject()) {
      for (Map.Entry<String, JsonNode> field : expected.properties()) {
        compare(at + "/" + field.getKey(), field.getValue(), actual.path(field.getKey()), out);
      }
    } else if (expected.isArray() && actual.isArray() && expected.size() == actual.size()) {
      for (int i = 0; i < expected.size(); i++) {
        compare(at + "/" + i, expected.path(i), actual.path(i), out);
      }
    } else if (!sameValue(expected, actual)) {
      String seen = actual.isMissingNode() ? "nothing" : actual.toString();
      out.add("expected " + expected + " at '" + at + "', got " + seen);
    }
  }

  private static boolean sameValue(JsonNode expected, JsonNode actual) {
    if (expected.isNumber() && actual.isNumber()) {
      return expected.decimalValue().compareTo(actual.decimalValue()) == 0;
    }
    return expected.equals(actual);
  }
}
