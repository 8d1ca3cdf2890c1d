package dev.onceonly.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.lock.CheckResult.Duplicate;
import dev.onceonly.core.lock.CheckResult.Locked;
import dev.onceonly.core.lock.LockRow;
import dev.onceonly.core.lock.ReleaseLock;
import dev.onceonly.core.lock.ReleaseResult;
import dev.onceonly.core.lock.ReleaseResult.AlreadyReleased;
import dev.onceonly.core.lock.ReleaseResult.Mismatch;
import dev.onceonly.core.lock.ReleaseResult.Released;
import org.junit.jupiter.api.Test;

/// Giving locks back (contract 17).
public interface LockReleaseCases extends StoreUnderTest {

  @Test
  default void aReleasedLockIsFree() {
    LockRow row = lock(Ask.of("k"));
    assertThat(release("k", row)).isInstanceOf(Released.class);
    restart();
    assertThat(check(Ask.of("k"))).isInstanceOf(Locked.class);
  }

  @Test
  default void theWinnersAttemptIdReleasesToo() {
    lock(Ask.of("k").attempt("attempt-1"));
    assertThat(locks().release(byAttempt("k", "attempt-2"))).isInstanceOf(Mismatch.class);
    assertThat(locks().release(byAttempt("k", "attempt-1"))).isInstanceOf(Released.class);
    assertThat(check(Ask.of("k"))).isInstanceOf(Locked.class);
  }

  @Test
  default void aReleaseIsRefusedToOthers() {
    LockRow row = lock(Ask.of("k"));
    assertThat(locks().release(byLockId("k", "lock_0000000000000"))).isInstanceOf(Mismatch.class);
    assertThat(locks().release(byAttempt("k", "attempt-1"))).isInstanceOf(Mismatch.class);
    assertThat(locks().release(byLockId("other", StoreUnderTest.lockId(row))))
        .isInstanceOf(Mismatch.class);
    assertThat(
            locks()
                .release(
                    new ReleaseLock(
                        Ask.of("k").in(2).lockKey(), StoreUnderTest.lockId(row), null, Ask.FREE)))
        .isInstanceOf(Mismatch.class);
    assertThat(check(Ask.of("k"))).isEqualTo(new Duplicate(row));
  }

  @Test
  default void aRepeatedReleaseIsKnownUntilTheOriginalTtlHasRunOut() {
    LockRow row = lock(Ask.of("k").ttlMs(10_000));
    assertThat(release("k", row)).isInstanceOf(Released.class);
    assertThat(release("k", row)).isInstanceOf(AlreadyReleased.class);
    restart();
    time().advanceMs(9_999);
    assertThat(release("k", row)).isInstanceOf(AlreadyReleased.class);
    time().advanceMs(1);
    assertThat(release("k", row)).isInstanceOf(Mismatch.class);
  }

  @Test
  default void aRepeatedReleaseIsRefusedAfterAnotherHasLocked() {
    LockRow first = lock(Ask.of("k"));
    release("k", first);
    LockRow second = lock(Ask.of("k"));
    assertThat(release("k", first)).isInstanceOf(Mismatch.class);
    assertThat(check(Ask.of("k"))).isEqualTo(new Duplicate(second));
  }

  @Test
  default void anExpiredLockCannotBeReleased() {
    LockRow row = lock(Ask.of("k").ttlMs(10_000));
    time().advanceMs(10_000);
    assertThat(release("k", row)).isInstanceOf(Mismatch.class);
  }

  @Test
  default void aReleaseFreesFingerprintAndAttemptIdAndTheFenceGoesOn() {
    Ask ask = Ask.of("k").attempt("attempt-1").fingerprint("a");
    LockRow first = lock(ask);
    release("k", first);
    LockRow second = lock(ask.fingerprint("b"));
    assertThat(second.grant().token()).isNotEqualTo(first.grant().token());
    assertThat(second.grant().fence()).isGreaterThan(first.grant().fence());
  }

  private ReleaseResult release(String key, LockRow row) {
    return locks().release(byLockId(key, StoreUnderTest.lockId(row)));
  }

  static ReleaseLock byLockId(String key, String lockId) {
    return new ReleaseLock(Ask.of(key).lockKey(), lockId, null, Ask.FREE);
  }

  static ReleaseLock byAttempt(String key, String attemptId) {
    return new ReleaseLock(Ask.of(key).lockKey(), null, attemptId, Ask.FREE);
  }
}
