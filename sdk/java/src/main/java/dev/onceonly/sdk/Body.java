package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Values;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The JSON object of a request while it is put together; what is null is left out.
final class Body {
  private final Map<String, @Nullable Object> fields = new LinkedHashMap<>();

  /// A scalar, or what is JSON already.
  Body with(String name, @Nullable Object value) {
    if (value != null) {
      fields.put(name, value);
    }
    return this;
  }

  /// A user's map, with records, dates and what else it holds as JSON.
  Body withMap(String name, @Nullable Map<String, ? extends @Nullable Object> map) {
    return with(name, Values.lenient(map));
  }

  /// A duration in whole seconds; a part of one counts as one.
  Body withSeconds(String name, @Nullable Duration duration) {
    return duration == null
        ? this
        : with(name, duration.toSeconds() + (duration.toNanosPart() > 0 ? 1 : 0));
  }

  /// A flag, only when it is set.
  Body withFlag(String name, boolean flag) {
    return flag ? with(name, true) : this;
  }

  Map<String, @Nullable Object> fields() {
    return fields;
  }
}
