package dev.onceonly.sdk;

import dev.onceonly.sdk.error.DuplicateException;
import dev.onceonly.sdk.error.LeaseLostException;
import dev.onceonly.sdk.error.OnceOnlyException;
import dev.onceonly.sdk.error.ResultNotRecordedException;
import dev.onceonly.sdk.internal.json.Values;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/// Outcomes and errors in the words of `spec/sdk.md`.
final class Neutral {
  private static final Map<String, String> OTHER_NAMES = Map.of("retryAfter", "retry_after_sec");

  /// The types that `spec/sdk.md` names; all other answers are told as the server sent them.
  static final Set<Class<? extends Record>> OUTCOMES =
      Set.of(
          CheckLockResult.class,
          AiRun.class,
          AiStatus.class,
          AiResult.class,
          AiToolResult.class,
          Policy.class,
          AgentStatus.class,
          AgentLogItem.class,
          AgentMetrics.class,
          Dispatch.class);

  private Neutral() {}

  static String snake(String camel) {
    return camel.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }

  static @Nullable Object value(@Nullable Object outcome) throws ReflectiveOperationException {
    if (outcome instanceof Throwable error) {
      return error(error);
    }
    if (outcome instanceof BatchItem.Refused refused) {
      return Map.of("error", error(refused.error()));
    }
    if (outcome instanceof TestValues.Invoice invoice) {
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      fields.put("id", invoice.id());
      fields.put("amount", invoice.amount());
      return fields;
    }
    if (outcome instanceof Duration duration) {
      return seconds(duration);
    }
    if (outcome instanceof Record own && OUTCOMES.contains(own.getClass())) {
      return fields(own);
    }
    if (outcome instanceof Record own
        && own.getClass().getPackageName().equals("dev.onceonly.sdk")) {
      return own.getClass().getMethod("raw").invoke(own);
    }
    if (outcome instanceof List<?> list) {
      List<@Nullable Object> items = new ArrayList<>();
      for (Object item : list) {
        items.add(value(item));
      }
      return items;
    }
    return Values.lenient(outcome);
  }

  private static Number seconds(Duration duration) {
    long millis = duration.toMillis();
    return millis % 1_000 == 0 ? (Number) (millis / 1_000) : (Number) (millis / 1_000.0);
  }

  static Map<String, @Nullable Object> fields(Record outcome) throws ReflectiveOperationException {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    for (RecordComponent component : outcome.getClass().getRecordComponents()) {
      String name = component.getName();
      Object value = component.getAccessor().invoke(outcome);
      if (name.equals("ts") && value instanceof Instant instant) {
        value = instant.getEpochSecond();
      }
      if (!name.equals("raw")) {
        fields.put(OTHER_NAMES.getOrDefault(name, snake(name)), value(value));
      }
    }
    if (outcome instanceof AgentStatus status) {
      fields.put("enabled", status.enabled());
    }
    return fields;
  }

  static Map<String, @Nullable Object> error(Throwable error) {
    Map<String, @Nullable Object> told = new LinkedHashMap<>();
    told.put("type", type(error));
    told.put("message", error.getMessage());
    if (error instanceof OnceOnlyException own) {
      told.put("status_code", own.statusCode());
      told.put("code", own.code());
      told.put("detail", own.detail());
      told.put("request_id", own.requestId());
      Duration retryAfter = own.retryAfter();
      told.put("retry_after_sec", retryAfter == null ? null : seconds(retryAfter));
    }
    if (error instanceof DuplicateException duplicate) {
      told.put("key", duplicate.key());
      told.put("first_seen_at", Values.lenient(duplicate.firstSeenAt()));
      told.put("error_code", duplicate.errorCode());
    } else if (error instanceof LeaseLostException lost) {
      told.put("ran", lost.ran());
      told.put("result", Values.lenient(lost.result()));
    } else if (error instanceof ResultNotRecordedException notRecorded) {
      told.put("result", Values.lenient(notRecorded.result()));
    }
    return told;
  }

  private static String type(Throwable error) {
    if (error instanceof TestFunctions.Raised) {
      return "function";
    }
    if (error instanceof CancellationException) {
      return "cancelled";
    }
    if (error instanceof OnceOnlyException) {
      return snake(error.getClass().getSimpleName().replaceAll("Exception$", ""));
    }
    return error instanceof IllegalArgumentException ? "invalid_argument" : error.toString();
  }
}
