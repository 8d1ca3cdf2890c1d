package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.http.ApiRequest;
import dev.onceonly.sdk.internal.json.Fields;
import dev.onceonly.sdk.internal.json.Values;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Requests and answers about leases.
final class LeaseCalls {
  private LeaseCalls() {}

  static Exchange<AiRun> lease(String key, LeaseOptions options) {
    return Exchange.of(
        ApiRequest.post(
                "/ai/lease",
                claim(key, options.ttl, options.metadata, options.fingerprint)
                    .withFlag("retry_failed", options.retryFailed)
                    .fields())
            .attemptId(),
        RunCalls::readRun);
  }

  /// What lease and keyed run have in common.
  static Body claim(
      String key,
      @Nullable Duration ttl,
      @Nullable Map<String, ? extends @Nullable Object> metadata,
      @Nullable String fingerprint) {
    return new Body()
        .with("key", Arguments.key(key))
        .withSeconds("ttl", ttl)
        .withMap("metadata", metadata)
        .with("fingerprint", fingerprint);
  }

  static Exchange<AiStatus> status(String key, @Nullable Duration wait) {
    return Exchange.of(asking("/ai/status", key, wait), LeaseCalls::readStatus);
  }

  static Exchange<AiResult> result(String key, @Nullable Duration wait, @Nullable Class<?> model) {
    return Exchange.of(
        asking("/ai/result", key, wait), fields -> readResult(key, fields).as(model));
  }

  static Exchange<AiResult> result(String key, @Nullable Duration wait) {
    return result(key, wait, null);
  }

  private static ApiRequest asking(String path, String key, @Nullable Duration wait) {
    ApiRequest request = ApiRequest.get(path).query("key", Arguments.key(key));
    if (wait == null) {
      return request;
    }
    Arguments.notNegative("wait", wait);
    return request.query("wait", secondsText(wait)).limits(ApiRequest.Limits.patient(wait));
  }

  // Whole seconds without a fraction, since an older server may read nothing else.
  private static String secondsText(Duration duration) {
    long millis = duration.toMillis();
    return millis % 1_000 == 0
        ? String.valueOf(millis / 1_000)
        : BigDecimal.valueOf(millis, 3).toPlainString();
  }

  static Exchange<LeaseChange> extend(String key, String leaseId, @Nullable Duration ttl) {
    return Exchange.of(
        ApiRequest.post("/ai/extend", owned(key, leaseId).withSeconds("ttl", ttl).fields()),
        LeaseChange::read);
  }

  static Exchange<LeaseChange> complete(
      String key, String leaseId, @Nullable Object result, @Nullable String resultHash) {
    return Exchange.of(
        ApiRequest.post(
            "/ai/complete",
            owned(key, leaseId)
                .with("result", Values.object(result))
                .with("result_hash", resultHash)
                .fields()),
        LeaseChange::read);
  }

  static Exchange<LeaseChange> fail(
      String key, String leaseId, String errorCode, @Nullable String errorHash) {
    return Exchange.of(
        ApiRequest.post(
            "/ai/fail",
            owned(key, leaseId)
                .with("error_code", Arguments.text("errorCode", errorCode))
                .with("error_hash", errorHash)
                .fields()),
        LeaseChange::read);
  }

  static Exchange<LeaseChange> cancel(String key, String leaseId, @Nullable String reason) {
    return Exchange.of(
        ApiRequest.post("/ai/cancel", owned(key, leaseId).with("reason", reason).fields()),
        LeaseChange::read);
  }

  private static Body owned(String key, String leaseId) {
    return new Body()
        .with("key", Arguments.key(key))
        .with("lease_id", Arguments.text("leaseId", leaseId));
  }

  private static AiStatus readStatus(Fields fields) {
    return new AiStatus(
        fields.flag("ok") && !"failed".equals(fields.text("status")),
        fields.text("status"),
        fields.text("key"),
        fields.text("lease_id"),
        fields.number("version"),
        fields.seconds("ttl_left"),
        fields.instant("first_seen_at"),
        fields.seconds("retry_after_sec"),
        fields.instant("done_at"),
        fields.text("error_code"),
        fields.text("result_hash"),
        fields.number("fence"),
        fields.raw());
  }

  private static AiResult readResult(String key, Fields fields) {
    String told = fields.text("key");
    return new AiResult(
        "completed".equals(fields.text("status")),
        fields.text("status"),
        told == null ? key : told,
        fields.object("result"),
        fields.text("result_hash"),
        fields.text("error_code"),
        fields.instant("done_at"),
        null,
        fields.raw());
  }

  /// An outcome that only this client knows.
  static AiResult local(String key, @Nullable String status, String errorCode) {
    return new AiResult(false, status, key, null, null, errorCode, null, null, Map.of());
  }
}
