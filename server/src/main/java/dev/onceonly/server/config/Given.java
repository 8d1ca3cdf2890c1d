package dev.onceonly.server.config;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Settings that were given, by name, each with where. Not read yet: names may be unknown and
/// values wrong. Values may be secrets, so they are not part of the text form.
public record Given(Map<String, One> byName) {

  /// One of them.
  public record One(String value, Origin origin) {
    @Override
    public String toString() {
      return origin.text();
    }
  }

  public Given {
    byName = Map.copyOf(byName);
  }

  /// By the program itself.
  static Given byProgram(Map<String, String> values) {
    Map<String, One> all = new LinkedHashMap<>();
    values.forEach((name, value) -> all.put(name, new One(value, Origin.PROGRAM)));
    return new Given(all);
  }

  /// The value as it was given; null where it was not.
  public @Nullable String value(String name) {
    One one = byName.get(name);
    return one == null ? null : one.value();
  }
}
