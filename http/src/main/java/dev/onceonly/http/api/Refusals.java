package dev.onceonly.http.api;

import dev.onceonly.core.KeyReused;
import dev.onceonly.core.lease.Conflict;
import dev.onceonly.core.usage.LimitReached;
import java.util.Locale;

/// The bodies of refusals that are values of the core, not errors: 402 and 409.
final class Refusals {
  private Refusals() {}

  /// 402, all six keys of the published API.
  record OverLimitBody(OverLimitDetail detail) {
    record OverLimitDetail(
        String error, String highlights, String plan, long limit, long usage, String upgradeUrl) {}

    static OverLimitBody of(LimitReached reached) {
      return new OverLimitBody(
          new OverLimitDetail(
              "payment_required",
              "Plan limit reached",
              reached.plan(),
              reached.limit(),
              reached.usage(),
              ""));
    }
  }

  /// 409: the same key for another payload.
  record KeyReusedBody(KeyReusedDetail detail) {
    record KeyReusedDetail(
        String error, String key, String storedFingerprint, String givenFingerprint) {}

    static KeyReusedBody of(KeyReused reuse) {
      return new KeyReusedBody(
          new KeyReusedDetail(
              "key_reused", reuse.key(), reuse.storedFingerprint(), reuse.givenFingerprint()));
    }
  }

  /// 409 in both styles that published clients read.
  record ConflictBody(boolean ok, String status, String key, ConflictDetail detail) {
    record ConflictDetail(String error, String status, long version) {}

    static ConflictBody of(String key, Conflict conflict) {
      return new ConflictBody(
          false,
          "conflict",
          key,
          new ConflictDetail(
              conflict.reason().name().toLowerCase(Locale.ROOT),
              conflict.status().name().toLowerCase(Locale.ROOT),
              conflict.version()));
    }
  }

  /// 409: a lock that is not the caller's to give back, or none.
  record LockMismatchBody(LockMismatchDetail detail) {
    record LockMismatchDetail(String error, String key) {}

    static LockMismatchBody of(String key) {
      return new LockMismatchBody(new LockMismatchDetail("lock_mismatch", key));
    }
  }
}
