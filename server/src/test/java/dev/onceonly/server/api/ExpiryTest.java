package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What is left when the shortest TTL, ten seconds, has run out. All keys are taken first, then one
/// wait is long enough for all of them.
class ExpiryTest {
  private static final String LOCK = "/v1/check-lock";
  private static final String LEASE = "/v1/ai/lease";
  private static final String STATUS = "/v1/ai/status";
  private static final String ATTEMPT = "X-OnceOnly-Attempt-Id";
  private static final List<String> LEASES =
      List.of("forgotten", "completed", "failed", "canceled", "extended", "taken", "attempted");

  @RegisterExtension static final LiveServer SERVER = LiveServer.withDefaults();

  private static final Map<String, Answer> OWNERS = new HashMap<>();
  private static long waitedNanos;
  private static Answer endOfWait = Answer.NONE;

  private final Client admin = SERVER.admin();

  @BeforeAll
  static void everythingHasExpired() {
    Client admin = SERVER.admin();
    for (String key : List.of("lock", "lock-released-late", "lock-attempted")) {
      OWNERS.put(key, admin.postText(LOCK, Body.of("key", key, "ttl", 10), ATTEMPT, "a-" + key));
    }
    admin.post(LOCK, "key", "lock", "ttl", 3_600);
    for (String key : LEASES) {
      OWNERS.put(key, admin.postText(LEASE, Body.of("key", key, "ttl", 10), ATTEMPT, "a-" + key));
    }
    admin.post(LEASE, "key", "last", "ttl", 10);
    long before = System.nanoTime();
    endOfWait = admin.get(STATUS, "key", "last", "wait", "60");
    waitedNanos = System.nanoTime() - before;
  }

  @Test
  void aWaitEndsWithTheLease() {
    assertThat(endOfWait.text("/status")).isEqualTo("not_found");
    assertThat(Duration.ofNanos(waitedNanos))
        .isBetween(Duration.ofSeconds(9), Duration.ofSeconds(11));
  }

  @Test
  void anExpiredLeaseIsNotFoundButItsVersionIsRemembered() {
    assertThat(admin.get(STATUS, "key", "forgotten").body())
        .isEqualTo(
            """
            {"ok":false,"status":"not_found","key":"forgotten","ttl_left":null,"lease_id":null,\
            "version":1,"first_seen_at":null,"done_at":null,"result_hash":null,"error_code":null,\
            "retry_after_sec":null}\
            """);
    assertThat(admin.get("/v1/ai/result", "key", "forgotten").text("/status"))
        .isEqualTo("not_found");
  }

  @Test
  void theLastOwnerMayFinishLate() {
    Answer completed = late("/v1/ai/complete", "completed", "result", Map.of("n", 1));
    Answer failed = late("/v1/ai/fail", "failed", "error_code", "torn");
    Answer canceled = late("/v1/ai/cancel", "canceled");

    assertThat(completed.body())
        .isEqualTo("{\"ok\":true,\"status\":\"completed\",\"key\":\"completed\",\"version\":2}");
    assertThat(failed.status()).isEqualTo(200);
    assertThat(canceled.status()).isEqualTo(200);
    assertThat(admin.get("/v1/ai/result", "key", "completed").body())
        .contains("\"result\":{\"n\":1}");
    assertThat(admin.post(LEASE, "key", "completed").text("/status")).isEqualTo("completed");
    assertThat(admin.get(STATUS, "key", "canceled").text("/error_code")).isEqualTo("canceled");
  }

  @Test
  void theLastOwnerMayExtendLateWithTheTtlItHad() {
    Answer extended = late("/v1/ai/extend", "extended");

    assertThat(extended.body())
        .isEqualTo(
            """
            {"ok":true,"status":"extended","key":"extended","ttl":10,"version":2}\
            """);
    assertThat(admin.get(STATUS, "key", "extended").text("/status")).isEqualTo("in_progress");
    assertThat(admin.post(LEASE, "key", "extended").text("/status")).isEqualTo("polling");
  }

  @Test
  void theNextOwnerGoesOnCountingAndTheFormerOneIsTurnedAway() {
    Answer former = owner("taken");
    Answer next = admin.post(LEASE, "key", "taken");

    assertThat(next.text("/status")).isEqualTo("acquired");
    assertThat(next.number("/version")).isEqualTo(2);
    assertThat(next.number("/fence")).isGreaterThan(former.number("/fence"));
    assertThat(next.text("/lease_id")).isNotEqualTo(former.text("/lease_id"));
    assertThat(next.text("/first_seen_at")).isGreaterThan(former.text("/first_seen_at"));
    for (String path : List.of("/v1/ai/complete", "/v1/ai/cancel", "/v1/ai/extend")) {
      assertThat(late(path, "taken").body())
          .isEqualTo(
              """
              {"ok":false,"status":"conflict","key":"taken",\
              "detail":{"error":"lease_mismatch","status":"in_progress","version":2}}\
              """);
    }
  }

  @Test
  void anAttemptIdIsForgottenWithItsClaim() {
    Answer lease = admin.postText(LEASE, Body.of("key", "attempted"), ATTEMPT, "a-attempted");
    Answer lock =
        admin.postText(LOCK, Body.of("key", "lock-attempted"), ATTEMPT, "a-lock-attempted");

    assertThat(lease.text("/status")).isEqualTo("acquired");
    assertThat(lease.json().has("replayed")).isFalse();
    assertThat(lease.number("/version")).isEqualTo(2);
    assertThat(lock.text("/status")).isEqualTo("locked");
    assertThat(lock.json().has("replayed")).isFalse();
  }

  @Test
  void aLockIsFreeAfterItsTtlWhateverDuplicatesAskedFor() {
    Answer next = admin.post(LOCK, "key", "lock");

    assertThat(next.text("/status")).isEqualTo("locked");
    assertThat(next.number("/fence")).isGreaterThan(owner("lock").number("/fence"));
  }

  @Test
  void anExpiredLockIsNobodysToRelease() {
    Answer late =
        admin.post(
            "/v1/check-lock/release",
            "key",
            "lock-released-late",
            "lock_id",
            owner("lock-released-late").text("/lock_id"));

    assertThat(late.status()).isEqualTo(409);
    assertThat(late.text("/detail/error")).isEqualTo("lock_mismatch");
  }

  private Answer late(String path, String key, Object... more) {
    return admin.post(path, LeaseFields.of(key, owner(key), more));
  }

  private static Answer owner(String key) {
    return OWNERS.getOrDefault(key, Answer.NONE);
  }
}
