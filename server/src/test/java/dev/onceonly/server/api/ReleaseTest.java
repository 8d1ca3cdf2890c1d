package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ReleaseTest {
  private static final String LOCK = "/v1/check-lock";
  private static final String RELEASE = "/v1/check-lock/release";
  private static final String ATTEMPT = "X-OnceOnly-Attempt-Id";

  @RegisterExtension static final LiveServer SERVER = LiveServer.withDefaults();

  private final Client admin = SERVER.admin();

  @Test
  void aReleasedKeyIsFreeAtOnceForALockWithALargerFence() {
    Answer first = admin.post(LOCK, "key", "freed");

    Answer released = admin.post(RELEASE, "key", "freed", "lock_id", first.text("/lock_id"));
    Answer second = admin.post(LOCK, "key", "freed");

    assertThat(released.status()).isEqualTo(200);
    assertThat(released.body())
        .isEqualTo(
            """
            {"ok":true,"status":"released","key":"freed"}\
            """);
    assertThat(second.text("/status")).isEqualTo("locked");
    assertThat(second.number("/fence")).isGreaterThan(first.number("/fence"));
    assertThat(second.text("/lock_id")).isNotEqualTo(first.text("/lock_id"));
  }

  @Test
  void aRepeatedReleaseIsAnsweredAlikeUntilSomebodyElseHasLocked() {
    String lockId = admin.post(LOCK, "key", "twice").text("/lock_id");
    Answer once = admin.post(RELEASE, "key", "twice", "lock_id", lockId);
    Answer again = admin.post(RELEASE, "key", "twice", "lock_id", lockId);
    admin.post(LOCK, "key", "twice");
    Answer late = admin.post(RELEASE, "key", "twice", "lock_id", lockId);

    assertThat(again.status()).isEqualTo(200);
    assertThat(again.body()).isEqualTo(once.body());
    assertMismatch(late, "twice");
  }

  @Test
  void theWinningAttemptIdReleasesToo() {
    admin.postText(LOCK, Body.of("key", "by-attempt"), ATTEMPT, "mine");

    Answer others = admin.postText(RELEASE, Body.of("key", "by-attempt"), ATTEMPT, "theirs");
    Answer mine = admin.postText(RELEASE, Body.of("key", "by-attempt"), ATTEMPT, "mine");

    assertThat(others.status()).isEqualTo(409);
    assertThat(mine.status()).isEqualTo(200);
  }

  @Test
  void aReleaseFreesTheAttemptIdAndTheFingerprint() {
    String first = Body.of("key", "forgotten", "fingerprint", "a");
    String second = Body.of("key", "forgotten", "fingerprint", "b");
    String lockId = admin.postText(LOCK, first, ATTEMPT, "same").text("/lock_id");
    admin.post(RELEASE, "key", "forgotten", "lock_id", lockId);

    Answer locked = admin.postText(LOCK, second, ATTEMPT, "same");

    assertThat(locked.text("/status")).isEqualTo("locked");
    assertThat(locked.json().has("replayed")).isFalse();
    assertThat(locked.text("/lock_id")).isNotEqualTo(lockId);
  }

  @Test
  void nobodyButTheWinnerReleases() {
    String other = admin.post(LOCK, "key", "other").text("/lock_id");
    admin.post(LOCK, "key", "guarded");

    assertMismatch(admin.post(RELEASE, "key", "guarded", "lock_id", other), "guarded");
    assertMismatch(admin.post(RELEASE, "key", "guarded", "lock_id", "lock_x"), "guarded");
    assertMismatch(admin.post(RELEASE, "key", "never-locked", "lock_id", other), "never-locked");
    assertThat(admin.post(LOCK, "key", "guarded").text("/status")).isEqualTo("duplicate");
  }

  @Test
  void aReleaseNeedsALockIdOrAnAttemptId() {
    admin.post(LOCK, "key", "kept");

    Answer refused = admin.post(RELEASE, "key", "kept");

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.mistakes())
        .containsExactly(
            "value_error at body.lock_id: Value error, needed, or the winner's"
                + " X-OnceOnly-Attempt-Id");
    assertThat(admin.post(LOCK, "key", "kept").text("/status")).isEqualTo("duplicate");
  }

  private static void assertMismatch(Answer refused, String key) {
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.body())
        .isEqualTo(
            """
            {"detail":{"error":"lock_mismatch","key":"%s"}}\
            """
                .formatted(key));
  }
}
