package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.http.Failures;
import dev.onceonly.sdk.internal.json.Fields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// Hooks that remember what they were told.
final class ToldHooks {
  private final ConcurrentLinkedQueue<Map<String, @Nullable Object>> told =
      new ConcurrentLinkedQueue<>();

  /// Sets those that a scenario's client has.
  void set(OnceOnlyBuilder builder, Args says) {
    Fields answer = Fields.of(says.any("on_fail_open"));
    if (says.any("hooks") == null && !says.has("on_fail_open")) {
      return;
    }
    builder
        .onDuplicate(event -> note("on_duplicate", event))
        .onRetry(event -> note("on_retry", event));
    builder.onFailOpen(event -> {
      note("on_fail_open", event);
      return !says.has("on_fail_open") || !Boolean.FALSE.equals(call(answer));
    });
  }

  private static @Nullable Object call(Fields answer) {
    try {
      return TestFunctions.call(answer, List.of());
    } catch (Exception e) {
      throw Failures.<RuntimeException>sneak(e);
    }
  }

  private void note(String hook, Record event) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("hook", hook);
    try {
      fields.putAll(Neutral.fields(event));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
    told.add(fields);
  }

  /// What they were told since the last call of this.
  List<Map<String, @Nullable Object>> take() {
    List<Map<String, @Nullable Object>> taken = new ArrayList<>(told);
    told.clear();
    return taken;
  }
}
