package dev.onceonly.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.KeyReused;
import dev.onceonly.core.lock.CheckResult.Duplicate;
import dev.onceonly.core.lock.CheckResult.Locked;
import dev.onceonly.core.lock.CheckResult.Replayed;
import dev.onceonly.core.lock.CheckResult.Reused;
import dev.onceonly.core.lock.LockRow;
import java.util.List;
import org.junit.jupiter.api.Test;

/// check-lock on one key (contract 2, 17, 18).
public interface LockCases extends StoreUnderTest {

  @Test
  default void theFirstCallerLocksAndTheSecondIsItsDuplicate() {
    LockRow first = lock(Ask.of("order-77"));
    assertThat(first.grant().grantedAtMs()).isEqualTo(time().now().toEpochMilli());
    time().advanceMs(1);
    assertThat(check(Ask.of("order-77"))).isEqualTo(new Duplicate(first));
    restart();
    assertThat(check(Ask.of("order-77"))).isEqualTo(new Duplicate(first));
  }

  @Test
  default void aLockIsGoneAtItsExpiryToTheMillisecond() {
    LockRow first = lock(Ask.of("k").ttlMs(10_000));
    time().advanceMs(9_999);
    assertThat(check(Ask.of("k"))).isEqualTo(new Duplicate(first));
    time().advanceMs(1);
    LockRow second = lock(Ask.of("k"));
    assertThat(second.grant().fence()).isGreaterThan(first.grant().fence());
    assertThat(second.grant().token()).isNotEqualTo(first.grant().token());
  }

  @Test
  default void aRepeatDoesNotExtendALock() {
    lock(Ask.of("k").ttlMs(10_000));
    time().advanceMs(9_000);
    assertThat(check(Ask.of("k").ttlMs(86_400_000))).isInstanceOf(Duplicate.class);
    time().advanceMs(1_000);
    assertThat(check(Ask.of("k"))).isInstanceOf(Locked.class);
  }

  @Test
  default void anotherNamespaceSeesNothingOfALock() {
    lock(Ask.of("k"));
    lock(Ask.of("k").in(2));
    assertThat(store().get(Ask.of("k").in(3).lockKey())).isNull();
  }

  @Test
  default void locksAndLeasesShareNoKeys() {
    lock(Ask.of("k").fingerprint("lock"));
    own(Ask.of("k").fingerprint("lease"));
    assertThat(check(Ask.of("k").fingerprint("lock"))).isInstanceOf(Duplicate.class);
  }

  @Test
  default void keysAreComparedExactly() {
    List<String> different =
        List.of("key", "KEY", " key", "key ", "k\u00e9y", "ke\u0301y", "key\t", "%6bey", "key/");
    different.forEach(key -> lock(Ask.of(key)));
    different.forEach(key -> assertThat(check(Ask.of(key))).isInstanceOf(Duplicate.class));
  }

  @Test
  default void theWinnersOwnAttemptGoesAheadAgainForSixtySeconds() {
    Ask ask = Ask.of("k").attempt("attempt-1");
    LockRow row = lock(ask);
    assertThat(check(ask)).isEqualTo(new Replayed(row));
    restart();
    time().advanceMs(59_999);
    assertThat(check(ask.ttlMs(10_000))).isEqualTo(new Replayed(row));
    time().advanceMs(1);
    assertThat(check(ask)).isEqualTo(new Duplicate(row));
    time().advanceMs(1);
    assertThat(check(ask)).isEqualTo(new Duplicate(row));
  }

  @Test
  default void anAttemptIsANewCallerAfterTheExpiry() {
    Ask ask = Ask.of("k").ttlMs(10_000).attempt("attempt-1");
    LockRow first = lock(ask);
    time().advanceMs(10_000);
    assertThat(lock(ask).grant().token()).isNotEqualTo(first.grant().token());
  }

  @Test
  default void onlyTheSameAttemptIdIsTheWinner() {
    lock(Ask.of("k").attempt("attempt-1"));
    assertThat(check(Ask.of("k").attempt("attempt-2"))).isInstanceOf(Duplicate.class);
    assertThat(check(Ask.of("k").attempt("ATTEMPT-1"))).isInstanceOf(Duplicate.class);
    assertThat(check(Ask.of("k"))).isInstanceOf(Duplicate.class);
    lock(Ask.of("without"));
    assertThat(check(Ask.of("without"))).isInstanceOf(Duplicate.class);
    assertThat(check(Ask.of("without").attempt("attempt-1"))).isInstanceOf(Duplicate.class);
  }

  @Test
  default void anotherFingerprintIsAReusedKeyAndChangesNothing() {
    LockRow row = lock(Ask.of("k").fingerprint("a").attempt("attempt-1"));
    Reused refused = new Reused(new KeyReused("k", "a", "b"));
    assertThat(check(Ask.of("k").fingerprint("b"))).isEqualTo(refused);
    assertThat(check(Ask.of("k").fingerprint("b").attempt("attempt-1"))).isEqualTo(refused);
    assertThat(stored(Ask.of("k"))).isEqualTo(row);
  }

  @Test
  default void fingerprintsAreComparedOnlyWhereBothSidesHaveOneAndTheLockIsLive() {
    lock(Ask.of("with").ttlMs(10_000).fingerprint("a"));
    assertThat(check(Ask.of("with").fingerprint("a"))).isInstanceOf(Duplicate.class);
    assertThat(check(Ask.of("with"))).isInstanceOf(Duplicate.class);
    lock(Ask.of("without"));
    assertThat(check(Ask.of("without").fingerprint("b"))).isInstanceOf(Duplicate.class);
    time().advanceMs(10_000);
    assertThat(lock(Ask.of("with").fingerprint("b")).grant().fingerprint()).isEqualTo("b");
  }

  @Test
  default void theWinnersMetadataStaysUntilAnotherWins() {
    Ask ask = Ask.of("k").ttlMs(10_000);
    lock(ask.metadata("{\"by\":\"first\"}"));
    check(ask.metadata("{\"by\":\"second\"}"));
    assertThat(stored(ask).metadata()).isEqualTo("{\"by\":\"first\"}");
    time().advanceMs(10_000);
    lock(ask);
    assertThat(stored(ask).metadata()).isNull();
  }

  @Test
  default void theFenceGrowsFromOwnerToOwnerWithinOneInstant() {
    long last = 0;
    for (int i = 0; i < 100; i++) {
      LockRow row = lock(Ask.of("k"));
      assertThat(row.grant().fence()).isGreaterThan(last).isLessThan(1L << 53);
      last = row.grant().fence();
      locks().release(LockReleaseCases.byLockId("k", lockId(row)));
    }
  }

  private static String lockId(LockRow row) {
    return StoreUnderTest.lockId(row);
  }

  @Test
  default void theFenceGrowsAlsoWhereTheKeyWasForgotten() {
    Ask ask = Ask.of("k").ttlMs(10_000);
    long first = lock(ask).grant().fence();
    time().advanceMs(10_000);
    store().run(FreeStep.saving(FreeStep.change(ask.lockKey(), null)));
    restart();
    assertThat(store().get(ask.lockKey())).isNull();
    assertThat(lock(ask).grant().fence()).isGreaterThan(first);
  }
}
