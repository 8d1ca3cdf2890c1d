package dev.onceonly.sdk.internal.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The part of a key that stands for a function and its arguments.
public final class ArgumentHash {
  private ArgumentHash() {}

  /// Equal for equal arguments, however they are written.
  ///
  /// @throws IllegalArgumentException that names the argument if one has no canonical text
  public static String of(
      String version, String function, List<? extends @Nullable Object> arguments) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      texts.add(text(i, arguments.get(i)));
    }
    Map<String, @Nullable Object> parts = new LinkedHashMap<>();
    parts.put("v", version);
    parts.put("fn", function);
    parts.put("args", texts);
    parts.put("kwargs", Map.of());
    return Hashes.sha256(CanonicalJson.of(parts));
  }

  private static String text(int index, @Nullable Object argument) {
    try {
      return CanonicalJson.of(argument);
    } catch (IllegalArgumentException | StackOverflowError e) {
      throw new IllegalArgumentException(
          "argument %d %s; give keyFunction, or a key template".formatted(index, e.getMessage()),
          e);
    }
  }
}
