package dev.onceonly.sdk.internal.json;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The part of a key that stands for a function and its arguments.
public final class ArgumentHash {
  private ArgumentHash() {}

  /// Equal for equal arguments, whatever the order of their properties.
  ///
  /// @throws IllegalArgumentException if an argument has no JSON form
  public static String of(
      String version, String function, List<? extends @Nullable Object> arguments) {
    Map<String, @Nullable Object> parts = new LinkedHashMap<>();
    parts.put("v", version);
    parts.put("fn", function);
    parts.put("args", arguments.stream().map(CanonicalJson::of).toList());
    parts.put("kwargs", Map.of());
    return Hashes.sha256(CanonicalJson.of(parts));
  }
}
