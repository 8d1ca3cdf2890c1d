package dev.onceonly.sdk.testing;

import dev.onceonly.sdk.testing.FakeClock.InvalidTtl;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Leases by their keys. Guarded by the fake's lock.
final class FakeLeases {
  private static final Duration TTL = Duration.ofDays(1);
  private static final Duration KEPT = Duration.ofDays(7);
  private static final int RETRY_AFTER_SEC = 5;

  private final FakeClock clock;
  private final Map<String, Row> rows = new HashMap<>();

  FakeLeases(FakeClock clock) {
    this.clock = clock;
  }

  /// What is known of a key.
  private static final class Row {
    String leaseId = "";
    String status = "in_progress";
    long version;
    long fence;
    Duration ttl = TTL;
    Instant firstSeenAt = Instant.EPOCH;
    Instant grantedAt = Instant.EPOCH;
    Instant expiresAt = Instant.EPOCH;
    @Nullable Instant doneAt;
    @Nullable String attemptId;
    @Nullable String fingerprint;
    @Nullable String errorCode;
    @Nullable Object resultHash;
    @Nullable Object result;

    boolean isDone() {
      return !status.equals("in_progress");
    }
  }

  /// The key's status now: `not_found` once its lease has run out, or it has been forgotten.
  String status(String key) {
    Row row = rows.get(key);
    if (row == null) {
      return "not_found";
    }
    Instant end = row.doneAt == null ? row.expiresAt : row.doneAt.plus(KEPT);
    return clock.now().isBefore(end) ? row.status : "not_found";
  }

  FakeAnswer acquire(Map<String, @Nullable Object> body, @Nullable String attemptId) {
    String key = String.valueOf(body.get("key"));
    Duration ttl;
    try {
      ttl = FakeClock.ttl(body.get("ttl"), TTL);
    } catch (InvalidTtl e) {
      return e.answer();
    }
    String fingerprint = body.get("fingerprint") instanceof String text ? text : null;
    String status = status(key);
    Row row = rows.get(key);
    if (row != null && !status.equals("not_found")) {
      FakeAnswer reused = FakeAnswer.keyReused(key, row.fingerprint, fingerprint);
      if (reused != null) {
        return reused;
      }
      boolean isRetry = status.equals("failed") && Boolean.TRUE.equals(body.get("retry_failed"));
      if (!isRetry) {
        return known(key, row, attemptId);
      }
    }
    Row granted = grant(row, ttl);
    granted.fingerprint = fingerprint;
    granted.attemptId = attemptId;
    rows.put(key, granted);
    return lease("acquired", key, granted, false);
  }

  private Row grant(@Nullable Row before, Duration ttl) {
    Row row = new Row();
    row.fence = clock.nextFence();
    row.leaseId = "lease_" + row.fence;
    row.version = before == null ? 1 : before.version + 1;
    row.ttl = ttl;
    row.firstSeenAt = clock.now();
    row.grantedAt = clock.now();
    row.expiresAt = clock.now().plus(ttl);
    return row;
  }

  private FakeAnswer known(String key, Row row, @Nullable String attemptId) {
    if (row.isDone()) {
      return lease(row.status, key, row, false);
    }
    boolean isReplay =
        attemptId != null
            && attemptId.equals(row.attemptId)
            && clock.now().isBefore(row.grantedAt.plus(FakeClock.REPLAYED));
    return lease(isReplay ? "acquired" : "polling", key, row, isReplay);
  }

  private FakeAnswer lease(String status, String key, Row row, boolean isReplay) {
    boolean isPolling = status.equals("polling");
    return FakeAnswer.ok(
        FakeAnswer.object(
            "ok",
            true,
            "status",
            status,
            "key",
            key,
            "ttl",
            row.isDone() ? null : (Object) row.ttl.toSeconds(),
            "ttl_left",
            isPolling ? (Object) left(row) : null,
            "lease_id",
            row.leaseId,
            "version",
            row.version,
            "first_seen_at",
            FakeClock.text(row.firstSeenAt),
            "done_at",
            FakeClock.text(row.doneAt),
            "result_hash",
            row.resultHash,
            "error_code",
            row.errorCode,
            "retry_after_sec",
            isPolling ? (Object) RETRY_AFTER_SEC : null,
            "charged",
            status.equals("acquired") && !isReplay ? 1 : 0,
            "fence",
            row.fence,
            "replayed",
            isReplay));
  }

  private long left(Row row) {
    Duration left = Duration.between(clock.now(), row.expiresAt);
    return Math.max(0, left.toSeconds() + (left.toNanosPart() > 0 ? 1 : 0));
  }

  FakeAnswer readStatus(String key) {
    String status = status(key);
    Row row = rows.get(key);
    if (row == null || status.equals("not_found")) {
      return FakeAnswer.ok(
          FakeAnswer.object(
              "ok",
              false,
              "status",
              "not_found",
              "key",
              key,
              "version",
              row == null ? 0 : row.version));
    }
    boolean isRunning = !row.isDone();
    return FakeAnswer.ok(
        FakeAnswer.object(
            "ok",
            true,
            "status",
            status,
            "key",
            key,
            "ttl_left",
            isRunning ? (Object) left(row) : null,
            "lease_id",
            row.leaseId,
            "version",
            row.version,
            "first_seen_at",
            FakeClock.text(row.firstSeenAt),
            "done_at",
            FakeClock.text(row.doneAt),
            "result_hash",
            row.resultHash,
            "error_code",
            row.errorCode,
            "retry_after_sec",
            isRunning ? (Object) RETRY_AFTER_SEC : null,
            "fence",
            row.fence));
  }

  FakeAnswer readResult(String key) {
    String status = status(key);
    Row row = rows.get(key);
    boolean isKnown = row != null && !status.equals("not_found");
    return FakeAnswer.ok(
        FakeAnswer.object(
            "ok",
            isKnown,
            "status",
            status,
            "key",
            key,
            "result",
            isKnown ? Objects.requireNonNull(row).result : null,
            "result_hash",
            isKnown ? Objects.requireNonNull(row).resultHash : null,
            "error_code",
            isKnown ? Objects.requireNonNull(row).errorCode : null,
            "done_at",
            isKnown ? FakeClock.text(Objects.requireNonNull(row).doneAt) : null));
  }

  FakeAnswer extend(Map<String, @Nullable Object> body) {
    String key = String.valueOf(body.get("key"));
    Row row = rows.get(key);
    FakeAnswer conflict = conflict(key, row, body);
    if (conflict != null || row == null) {
      return conflict == null ? conflict(key, null, "lease_not_found") : conflict;
    }
    if (row.isDone()) {
      return conflict(key, row, "lease_finished");
    }
    try {
      row.ttl = FakeClock.ttl(body.get("ttl"), row.ttl);
    } catch (InvalidTtl e) {
      return e.answer();
    }
    row.expiresAt = clock.now().plus(row.ttl);
    row.version++;
    return FakeAnswer.ok(
        FakeAnswer.object(
            "ok",
            true,
            "status",
            "extended",
            "key",
            key,
            "ttl",
            row.ttl.toSeconds(),
            "version",
            row.version));
  }

  /// Ends a lease; a repeated end with the same content is answered as the first one was.
  ///
  /// @param errorCode null when it has ended well
  FakeAnswer end(Map<String, @Nullable Object> body, @Nullable String errorCode) {
    String key = String.valueOf(body.get("key"));
    Row row = rows.get(key);
    FakeAnswer conflict = conflict(key, row, body);
    if (conflict != null || row == null) {
      return conflict == null ? conflict(key, null, "lease_not_found") : conflict;
    }
    String status = errorCode == null ? "completed" : "failed";
    boolean isSame =
        row.status.equals(status)
            && Objects.equals(row.errorCode, errorCode)
            && Objects.equals(row.result, body.get("result"))
            && Objects.equals(row.resultHash, body.get("result_hash"));
    if (row.isDone() && !isSame) {
      return conflict(key, row, "lease_finished");
    }
    if (!row.isDone()) {
      row.status = status;
      row.errorCode = errorCode;
      row.result = body.get("result");
      row.resultHash = body.get("result_hash");
      row.doneAt = clock.now();
      row.version++;
    }
    return FakeAnswer.ok(
        FakeAnswer.object("ok", true, "status", status, "key", key, "version", row.version));
  }

  private static @Nullable FakeAnswer conflict(
      String key, @Nullable Row row, Map<String, @Nullable Object> body) {
    if (row == null) {
      return conflict(key, null, "lease_not_found");
    }
    return row.leaseId.equals(body.get("lease_id")) ? null : conflict(key, row, "lease_mismatch");
  }

  private static FakeAnswer conflict(String key, @Nullable Row row, String code) {
    Map<String, @Nullable Object> detail =
        FakeAnswer.object(
            "error",
            code,
            "status",
            row == null ? "not_found" : row.status,
            "version",
            row == null ? 0 : row.version);
    return new FakeAnswer(
        409, FakeAnswer.object("ok", false, "status", "conflict", "key", key, "detail", detail));
  }
}
