package dev.onceonly.core.lock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.Claim;
import dev.onceonly.core.Claimant;
import dev.onceonly.core.Claimants;
import dev.onceonly.core.Grant;
import dev.onceonly.core.GrantId;
import dev.onceonly.core.KeyReused;
import dev.onceonly.core.lock.CheckResult.Duplicate;
import dev.onceonly.core.lock.CheckResult.Locked;
import dev.onceonly.core.lock.CheckResult.Replayed;
import dev.onceonly.core.lock.CheckResult.Reused;
import dev.onceonly.core.lock.ReleaseResult.AlreadyReleased;
import dev.onceonly.core.lock.ReleaseResult.Forbidden;
import dev.onceonly.core.lock.ReleaseResult.Mismatch;
import dev.onceonly.core.lock.ReleaseResult.Released;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The rules of locks, one decision at a time.
final class LockRulesTest {
  private static final Instant NOW = Instant.ofEpochMilli(1_000_000);
  private static final LockKey KEY = new LockKey(1, "k");
  private static final LockRules RULES = new LockRules(60_000);

  @Test
  void aKeyThatNobodyHasIsLocked() {
    CheckLock command = check(10_000, "attempt-1", "fp");
    Grant grant = Grant.next(null, command.claim(), NOW);
    assertThat(RULES.check(null, command, NOW))
        .isEqualTo(new Locked(new LockRow(grant, false, "{}")));
  }

  @Test
  void aLiveLockIsDuplicatedUntilTheMillisecondOfItsExpiry() {
    LockRow row = locked(10_000, null, null);
    CheckLock command = check(10_000, null, null);
    assertThat(RULES.check(row, command, NOW)).isEqualTo(new Duplicate(row));
    assertThat(RULES.check(row, command, NOW.plusMillis(9_999))).isEqualTo(new Duplicate(row));
    assertThat(RULES.check(row, command, NOW.plusMillis(10_000))).isInstanceOf(Locked.class);
    assertThat(row.isLive(NOW.plusNanos(9_999_999_999L))).isTrue();
  }

  @Test
  void theSameAttemptIsReplayedWithinTheWindowOnly() {
    LockRow row = locked(600_000, "attempt-1", null);
    CheckLock command = check(10_000, "attempt-1", "fp");
    assertThat(RULES.check(row, command, NOW.plusMillis(59_999))).isEqualTo(new Replayed(row));
    assertThat(RULES.check(row, command, NOW.plusMillis(60_000))).isEqualTo(new Duplicate(row));
  }

  @Test
  void aContradictionComesBeforeAReplay() {
    LockRow row = locked(600_000, "attempt-1", "a");
    assertThat(RULES.check(row, check(1, "attempt-1", "b"), NOW))
        .isEqualTo(new Reused(new KeyReused("k", "a", "b")));
  }

  @Test
  void aReleasedLockIsFreeAndTheNextFenceIsLarger() {
    LockRow released = new LockRow(locked(600_000, "attempt-1", "a").grant(), true, null);
    CheckResult result = RULES.check(released, check(1, "attempt-1", "b"), NOW);
    assertThat(result)
        .isInstanceOfSatisfying(
            Locked.class,
            next -> {
              assertThat(next.lock().released()).isFalse();
              assertThat(next.lock().grant().fence()).isEqualTo(released.grant().fence() + 1);
            });
  }

  @Test
  void theWinnerReleasesByLockIdOrByAttemptId() {
    LockRow row = locked(10_000, "attempt-1", null);
    Released released = new Released(new LockRow(row.grant(), true, "{}"));
    String lockId = GrantId.lock(row.grant().token());
    assertThat(RULES.release(row, release(lockId, null), NOW)).isEqualTo(released);
    assertThat(RULES.release(row, release(null, "attempt-1"), NOW)).isEqualTo(released);
    assertThat(RULES.release(row, release(null, "attempt-2"), NOW)).isEqualTo(new Mismatch());
    assertThat(RULES.release(row, release("lock_x", null), NOW)).isEqualTo(new Mismatch());
    assertThat(RULES.release(row, release("lock_x", "attempt-1"), NOW)).isEqualTo(new Mismatch());
    assertThat(RULES.release(null, release(lockId, null), NOW)).isEqualTo(new Mismatch());
    assertThat(RULES.release(locked(10_000, null, null), release(null, "attempt-1"), NOW))
        .isEqualTo(new Mismatch());
  }

  @Test
  void aReleaseIsRepeatedUntilTheOriginalExpiry() {
    LockRow row = locked(10_000, null, null);
    LockRow released = new LockRow(row.grant(), true, null);
    ReleaseLock command = release(GrantId.lock(row.grant().token()), null);
    assertThat(RULES.release(released, command, NOW.plusMillis(9_999)))
        .isEqualTo(new AlreadyReleased());
    assertThat(RULES.release(released, command, NOW.plusMillis(10_000))).isEqualTo(new Mismatch());
    assertThat(RULES.release(row, command, NOW.plusMillis(9_999))).isInstanceOf(Released.class);
    assertThat(RULES.release(row, command, NOW.plusMillis(10_000))).isEqualTo(new Mismatch());
  }

  @Test
  void aBoundKeyReleasesAndIsToldAgainOnlyOfWhatItHasLocked() {
    LockRow row = locked(10_000, "attempt-1", null);
    LockRow released = new LockRow(row.grant(), true, "{}");
    String lockId = GrantId.lock(row.grant().token());
    Claimant own = Claimants.bound(1);
    Claimant other = Claimants.bound(2);
    assertThat(RULES.release(row, new ReleaseLock(KEY, null, "attempt-1", own), NOW))
        .isEqualTo(new Released(released));
    for (LockRow theirs : new LockRow[] {row, released}) {
      assertThat(RULES.release(theirs, new ReleaseLock(KEY, lockId, null, other), NOW))
          .isEqualTo(new Forbidden());
      assertThat(RULES.release(theirs, new ReleaseLock(KEY, null, "attempt-1", other), NOW))
          .isEqualTo(new Forbidden());
      assertThat(RULES.release(theirs, new ReleaseLock(KEY, "lock_x", null, other), NOW))
          .isEqualTo(new Mismatch());
    }
    Claim replay = new Claim(10_000, 42, "attempt-1", null, own);
    assertThat(RULES.check(row, new CheckLock(KEY, replay, null), NOW))
        .isEqualTo(new Replayed(row));
    Claim stranger = new Claim(10_000, 42, "attempt-1", null, other);
    assertThat(RULES.check(row, new CheckLock(KEY, stranger, null), NOW))
        .isEqualTo(new Duplicate(row));
  }

  private static CheckLock check(
      long ttlMs, @Nullable String attemptId, @Nullable String fingerprint) {
    return new CheckLock(KEY, new Claim(ttlMs, 42, attemptId, fingerprint, Claimants.FREE), "{}");
  }

  private static LockRow locked(
      long ttlMs, @Nullable String attemptId, @Nullable String fingerprint) {
    Claim claim = new Claim(ttlMs, 7, attemptId, fingerprint, Claimants.FREE);
    return new LockRow(Grant.next(null, claim, NOW), false, "{}");
  }

  private static ReleaseLock release(@Nullable String lockId, @Nullable String attemptId) {
    return new ReleaseLock(KEY, lockId, attemptId, Claimants.FREE);
  }
}
