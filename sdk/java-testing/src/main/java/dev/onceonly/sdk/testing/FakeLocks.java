package dev.onceonly.sdk.testing;

import dev.onceonly.sdk.testing.FakeClock.InvalidTtl;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Locks by their keys. Guarded by the fake's lock.
final class FakeLocks {
  private static final Duration TTL = Duration.ofDays(1);

  private final FakeClock clock;
  private final Map<String, Lock> locks = new HashMap<>();

  FakeLocks(FakeClock clock) {
    this.clock = clock;
  }

  /// One lock.
  private record Lock(
      String id,
      Instant since,
      Duration ttl,
      long fence,
      @Nullable String fingerprint,
      @Nullable String attemptId) {
    boolean isOver(Instant now) {
      return !now.isBefore(since.plus(ttl));
    }
  }

  FakeAnswer check(Map<String, @Nullable Object> body, @Nullable String attemptId) {
    String key = String.valueOf(body.get("key"));
    Duration ttl;
    try {
      ttl = FakeClock.ttl(body.get("ttl"), TTL);
    } catch (InvalidTtl e) {
      return e.answer();
    }
    String fingerprint = body.get("fingerprint") instanceof String text ? text : null;
    Lock held = locks.get(key);
    if (held == null || held.isOver(clock.now())) {
      long fence = clock.nextFence();
      Lock lock = new Lock("lock_" + fence, clock.now(), ttl, fence, fingerprint, attemptId);
      locks.put(key, lock);
      return locked(key, lock, false);
    }
    FakeAnswer reused = FakeAnswer.keyReused(key, held.fingerprint(), fingerprint);
    if (reused != null) {
      return reused;
    }
    return isReplay(held, attemptId) ? locked(key, held, true) : duplicate(key, ttl, held);
  }

  private boolean isReplay(Lock held, @Nullable String attemptId) {
    return attemptId != null
        && attemptId.equals(held.attemptId())
        && clock.now().isBefore(held.since().plus(FakeClock.REPLAYED));
  }

  private static FakeAnswer locked(String key, Lock lock, boolean isReplay) {
    return FakeAnswer.ok(
        FakeAnswer.object(
            "success",
            true,
            "status",
            "locked",
            "key",
            key,
            "ttl",
            lock.ttl().toSeconds(),
            "first_seen_at",
            null,
            "lock_id",
            lock.id(),
            "fence",
            lock.fence(),
            "replayed",
            isReplay));
  }

  private static FakeAnswer duplicate(String key, Duration ttl, Lock held) {
    return FakeAnswer.ok(
        FakeAnswer.object(
            "success",
            false,
            "status",
            "duplicate",
            "key",
            key,
            "ttl",
            ttl.toSeconds(),
            "first_seen_at",
            FakeClock.text(held.since())));
  }

  FakeAnswer batch(Map<String, @Nullable Object> body) {
    List<Object> answers = new ArrayList<>();
    for (Object item : body.get("items") instanceof List<?> items ? items : List.of()) {
      Map<String, @Nullable Object> fields = FakeBody.asObject(item);
      String attemptId = fields.get("attempt_id") instanceof String text ? text : null;
      FakeAnswer refusal = FakeCheck.lock(fields);
      answers.add((refusal == null ? check(fields, attemptId) : refusal).body());
    }
    return FakeAnswer.ok(FakeAnswer.object("items", answers));
  }

  FakeAnswer release(Map<String, @Nullable Object> body, @Nullable String attemptId) {
    String key = String.valueOf(body.get("key"));
    Lock held = locks.get(key);
    boolean isOwn =
        held != null
            && !held.isOver(clock.now())
            && (held.id().equals(body.get("lock_id")) || isReplay(held, attemptId));
    if (!isOwn) {
      return FakeAnswer.refused(409, FakeAnswer.object("error", "lock_mismatch", "key", key));
    }
    locks.remove(key);
    return FakeAnswer.ok(FakeAnswer.object("ok", true, "status", "released", "key", key));
  }
}
