package dev.onceonly.sdk;

import dev.onceonly.sdk.error.ApiException;
import dev.onceonly.sdk.error.ClientClosedException;
import dev.onceonly.sdk.error.NetworkException;
import dev.onceonly.sdk.error.ProtocolException;
import dev.onceonly.sdk.error.RequestTimeoutException;
import dev.onceonly.sdk.internal.http.ApiAnswer;
import dev.onceonly.sdk.internal.http.ApiRequest;
import dev.onceonly.sdk.internal.http.AttemptIds;
import dev.onceonly.sdk.internal.http.ErrorMapping;
import dev.onceonly.sdk.internal.http.NoConnectionException;
import dev.onceonly.sdk.internal.json.Fields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Requests and answers about locks.
final class LockCalls {
  private static final Map<String, Integer> STATUS_OF_CODES =
      Map.ofEntries(
          Map.entry("payment_required", 402),
          Map.entry("overloaded", 429),
          Map.entry("rate_limited", 429),
          Map.entry("storage_low", 429),
          Map.entry("storage_unavailable", 503),
          Map.entry("unknown_outcome", 503));

  private LockCalls() {}

  static Exchange<CheckLockResult> checkLock(String key, CheckLockOptions options) {
    Map<String, @Nullable Object> body =
        new Body()
            .with("key", Arguments.key(key))
            .withSeconds("ttl", options.ttl)
            .withMap("metadata", options.meta)
            .with("fingerprint", options.fingerprint)
            .fields();
    return new Exchange<>(
        ApiRequest.post("/check-lock", body).attemptId().header("X-Request-Id", options.requestId),
        answer -> read(key, answer));
  }

  /// @param hooks told of each duplicate
  static Exchange<List<BatchItem>> checkLockBatch(List<LockItem> items, Hooks hooks) {
    List<Map<String, @Nullable Object>> bodies = new ArrayList<>();
    for (LockItem item : items) {
      bodies.add(
          new Body()
              .with("key", item.key())
              .withSeconds("ttl", item.ttl())
              .withMap("metadata", item.meta())
              .with("fingerprint", item.fingerprint())
              .with("attempt_id", AttemptIds.next())
              .fields());
    }
    if (bodies.isEmpty()) {
      throw new IllegalArgumentException("items must not be empty");
    }
    return new Exchange<>(
        ApiRequest.post("/check-lock/batch", new Body().with("items", bodies).fields()),
        answer -> {
          List<BatchItem> outcomes = readBatch(items, answer);
          outcomes.forEach(hooks::told);
          return outcomes;
        });
  }

  static Exchange<ReleasedLock> releaseLock(String key, String lockId) {
    return Exchange.of(
        ApiRequest.post(
            "/check-lock/release",
            new Body()
                .with("key", Arguments.key(key))
                .with("lock_id", Arguments.text("lockId", lockId))
                .fields()),
        ReleasedLock::read);
  }

  /// Why the server could not be asked, in a word; null for an error after which no action may go
  /// ahead.
  static @Nullable String reasonToFailOpen(Throwable error) {
    if (error instanceof RequestTimeoutException) {
      // Whoever has waited for a connection of its own client has not asked the server.
      return error.getCause() instanceof NoConnectionException ? null : "timeout";
    }
    if (error instanceof NetworkException) {
      return "request_error";
    }
    if (error instanceof ClientClosedException || !(error instanceof ApiException answer)) {
      return null;
    }
    Integer status = answer.statusCode();
    return status != null && status >= 500 ? "api_5xx" : null;
  }

  /// The unprotected go-ahead.
  static CheckLockResult failedOpen(String key, CheckLockOptions options, String reason) {
    Map<String, @Nullable Object> raw = new LinkedHashMap<>();
    raw.put("fail_open", true);
    raw.put("reason", reason);
    raw.put("metadata", options.meta);
    Fields fields = new Fields(raw);
    return new CheckLockResult(
        true, false, key, options.ttl, null, "fail-open", 0, null, null, false, true, fields.raw());
  }

  private static CheckLockResult read(String key, ApiAnswer answer) {
    if (answer.statusCode() == 409 && "Duplicate blocked".equals(ErrorMapping.code(answer))) {
      Fields detail = Fields.of(Fields.of(answer.body()).raw().get("detail"));
      return result(key, answer, Fields.of(answer.body()), detail, false);
    }
    Fields fields = answer.object();
    String status = fields.text("status");
    if (status == null) {
      status = answer.header("x-onceonly-status");
    }
    if (status == null && fields.raw().get("success") instanceof Boolean success) {
      status = success ? "locked" : "duplicate";
    }
    boolean isLocked = "locked".equals(status);
    if (!isLocked && !"duplicate".equals(status)) {
      // Neither yes nor no: to take it for either could run an action twice, or never.
      throw answer.notExpected("the status is neither locked nor duplicate");
    }
    return result(key, answer, fields, fields, isLocked);
  }

  private static CheckLockResult result(
      String key, ApiAnswer answer, Fields whole, Fields fields, boolean isLocked) {
    String told = whole.text("key");
    return new CheckLockResult(
        isLocked,
        !isLocked,
        told == null ? key : told,
        whole.seconds("ttl"),
        fields.instant("first_seen_at"),
        answer.header("x-request-id"),
        answer.statusCode(),
        whole.text("lock_id"),
        whole.number("fence"),
        whole.flag("replayed"),
        false,
        whole.raw());
  }

  private static List<BatchItem> readBatch(List<LockItem> items, ApiAnswer answer) {
    List<?> list = answer.list();
    List<Map<String, @Nullable Object>> bodies = Fields.objects(list);
    if (list.size() != items.size() || bodies.size() != items.size()) {
      throw answer.notExpected("not one item for each lock");
    }
    List<BatchItem> outcomes = new ArrayList<>();
    for (int i = 0; i < bodies.size(); i++) {
      outcomes.add(readOrRefuse(items.get(i), bodies.get(i), answer));
    }
    return List.copyOf(outcomes);
  }

  // The others have their locks, which must not be lost with it.
  private static BatchItem readOrRefuse(
      LockItem item, Map<String, @Nullable Object> body, ApiAnswer answer) {
    try {
      return readItem(item, body, answer);
    } catch (ProtocolException e) {
      return new BatchItem.Refused(e);
    }
  }

  // An item has no HTTP status of its own: its detail tells which one a single answer would have
  // had.
  private static BatchItem readItem(
      LockItem item, Map<String, @Nullable Object> body, ApiAnswer answer) {
    String told = Fields.of(body).text("key");
    if (told != null && !told.equals(item.key())) {
      throw answer.notExpected("an item with another key than the one that was asked about");
    }
    if (!body.containsKey("detail")) {
      return read(item.key(), new ApiAnswer(answer.statusCode(), answer.headers(), body));
    }
    String code = Fields.of(body.get("detail")).text("error");
    int status = code == null ? 422 : STATUS_OF_CODES.getOrDefault(code, 409);
    ApiAnswer single = new ApiAnswer(status, answer.headers(), body);
    if ("Duplicate blocked".equals(code)) {
      return read(item.key(), single);
    }
    return new BatchItem.Refused(ErrorMapping.of(single));
  }
}
