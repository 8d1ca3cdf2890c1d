package dev.onceonly.http.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.onceonly.core.GrantId;
import dev.onceonly.core.lock.LockRow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The bodies of check-lock's answers.
final class LockBodies {
  private LockBodies() {}

  /// One answer. `fence` and `lock_id` go to the winner only; `metadata` is the winner's, where it
  /// gave any.
  ///
  /// @param ttl effective seconds: what this caller asked for, or the winner's own in a replay
  /// @param firstSeenAt null for the winner
  record CheckBody(
      boolean success,
      String status,
      String key,
      long ttl,
      @Nullable String firstSeenAt,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long fence,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String lockId,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean replayed,
      @JsonInclude(JsonInclude.Include.NON_NULL) @JsonRawValue @Nullable String metadata) {

    static CheckBody locked(String key, LockRow lock, boolean replayed) {
      return new CheckBody(
          true,
          "locked",
          key,
          lock.grant().ttlMs() / 1_000,
          null,
          lock.grant().fence(),
          GrantId.lock(lock.grant().token()),
          replayed ? true : null,
          lock.metadata());
    }

    static CheckBody duplicate(String key, LockRow lock, long askedTtlMs) {
      return new CheckBody(
          false,
          "duplicate",
          key,
          askedTtlMs / 1_000,
          WireTimes.iso(lock.grant().grantedAtMs()),
          null,
          null,
          null,
          lock.metadata());
    }
  }

  /// 409 where the server is set to it.
  record DuplicateBody(Detail detail) {
    record Detail(String error, String firstSeenAt) {}

    static DuplicateBody of(LockRow lock) {
      return new DuplicateBody(
          new Detail("Duplicate blocked", WireTimes.iso(lock.grant().grantedAtMs())));
    }
  }

  record ReleaseBody(boolean ok, String status, String key) {
    static ReleaseBody of(String key) {
      return new ReleaseBody(true, "released", key);
    }
  }

  /// Single bodies, or `{"detail": …}`, in the order of the request.
  record BatchBody(List<Object> items) {}
}
