package dev.onceonly.store.sqlite;

import dev.onceonly.core.govern.Policy.PricingRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Lists and maps of tools' names as one text, a line each; a number follows its name behind a
/// space. Names have neither. An empty text is an empty list, null is none.
final class NameLines {
  private NameLines() {}

  static @Nullable String ofNames(@Nullable List<String> names) {
    return names == null ? null : String.join("\n", names);
  }

  static @Nullable List<String> names(@Nullable String text) {
    return text == null ? null : text.lines().toList();
  }

  /// In the order of the names, so that equal maps give one text.
  static @Nullable String ofNumbers(@Nullable Map<String, Long> numbers) {
    if (numbers == null) {
      return null;
    }
    List<String> lines = new ArrayList<>(numbers.size());
    new TreeMap<>(numbers).forEach((name, number) -> lines.add(name + " " + number));
    return String.join("\n", lines);
  }

  static @Nullable Map<String, Long> numbers(@Nullable String text) {
    if (text == null) {
      return null;
    }
    Map<String, Long> numbers = new TreeMap<>();
    text.lines().forEach(line -> numbers.put(name(line), number(line)));
    return numbers;
  }

  static @Nullable String ofPrices(@Nullable List<PricingRule> rules) {
    return rules == null
        ? null
        : String.join(
            "\n", rules.stream().map(rule -> rule.tool() + " " + rule.priceNanoUsd()).toList());
  }

  static @Nullable List<PricingRule> prices(@Nullable String text) {
    return text == null
        ? null
        : text.lines().map(line -> new PricingRule(name(line), number(line))).toList();
  }

  private static String name(String line) {
    return line.substring(0, line.indexOf(' '));
  }

  private static long number(String line) {
    return Long.parseLong(line.substring(line.indexOf(' ') + 1));
  }
}
