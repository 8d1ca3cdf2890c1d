package dev.onceonly.sdk;

import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// What the process environment says of a client.
///
/// @param variable gives a variable's value, or null
record Environment(UnaryOperator<@Nullable String> variable) {
  private static final Set<String> ON = Set.of("", "true", "1", "yes", "on");
  private static final Set<String> OFF = Set.of("false", "0", "no", "off");

  static Environment ofProcess() {
    return new Environment(System::getenv);
  }

  @Nullable String apiKey() {
    return text("ONCEONLY_API_KEY");
  }

  String baseUrl() {
    String url = text("ONCEONLY_BASE_URL");
    return url == null ? OnceOnlyBuilder.DEFAULT_BASE_URL : url;
  }

  /// Whether locks may fail open at all.
  ///
  /// @throws IllegalArgumentException if the variable says neither yes nor no
  boolean allowsFailOpen() {
    String says = text("ONCEONLY_FAIL_OPEN");
    String word = says == null ? "" : says.strip().toLowerCase(Locale.ROOT);
    if (!ON.contains(word) && !OFF.contains(word)) {
      throw new IllegalArgumentException(
          "ONCEONLY_FAIL_OPEN must be one of true, 1, yes, on, false, 0, no, off, or empty");
    }
    return ON.contains(word);
  }

  private @Nullable String text(String name) {
    String value = variable.apply(name);
    return value == null || value.isBlank() ? null : value;
  }
}
