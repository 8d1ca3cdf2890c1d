package dev.onceonly.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.Claimant;
import dev.onceonly.core.Grant;
import dev.onceonly.core.lease.AcquireResult.Acquired;
import dev.onceonly.core.lease.AcquireResult.Held;
import dev.onceonly.core.lease.AcquireResult.Replayed;
import dev.onceonly.core.lease.ExtendLease;
import dev.onceonly.core.lease.ExtendResult;
import dev.onceonly.core.lease.ExtendResult.Extended;
import dev.onceonly.core.lease.ExtendResult.Unmoved;
import dev.onceonly.core.lease.FinishLease;
import dev.onceonly.core.lease.FinishLease.Outcome.Fail;
import dev.onceonly.core.lease.FinishResult;
import dev.onceonly.core.lease.LeaseRow;
import dev.onceonly.core.lock.CheckResult.Duplicate;
import dev.onceonly.core.lock.CheckResult.Locked;
import dev.onceonly.core.lock.LockRow;
import dev.onceonly.core.lock.ReleaseLock;
import dev.onceonly.core.lock.ReleaseResult;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Claims keep which API key made them, and a key that is bound to its own touches no other
/// (contract 20.3).
public interface ClaimantCases extends StoreUnderTest {
  Claimant BOT_1 = new Claimant(2, true);
  Claimant BOT_2 = new Claimant(3, true);

  @Test
  default void aClaimKeepsWhoseItIs() {
    LockRow lock = lock(Ask.of("k").by(BOT_1));
    LeaseRow lease = own(Ask.of("k").by(BOT_2));
    assertThat(lock.grant().claimedBy()).isEqualTo(2);
    restart();
    assertThat(stored(Ask.of("k"))).isEqualTo(lock);
    assertThat(store().get(Ask.of("k").leaseKey())).isEqualTo(lease);
    assertThat(lease.grant().claimedBy()).isEqualTo(3);
  }

  @Test
  default void anotherKeysLockIsNotReleased() {
    Ask ask = Ask.of("k").attempt("attempt-1").ttlMs(10_000);
    LockRow row = lock(ask.by(BOT_1));
    assertThat(check(ask.by(BOT_2))).isEqualTo(new Duplicate(row));
    assertThat(release(row, BOT_2)).isInstanceOf(ReleaseResult.Forbidden.class);
    assertThat(stored(ask)).isEqualTo(row);
    restart();
    assertThat(release(row, BOT_1)).isInstanceOf(ReleaseResult.Released.class);
    assertThat(release(row, BOT_2)).isInstanceOf(ReleaseResult.Forbidden.class);
    assertThat(check(ask.by(BOT_2))).isInstanceOf(Locked.class);
    assertThat(release(stored(ask), Ask.FREE)).isInstanceOf(ReleaseResult.Released.class);
  }

  @Test
  default void anotherKeysLeaseIsNeitherMovedNorEnded() {
    LeaseRow row = own(Ask.of("k").attempt("attempt-1").ttlMs(10_000).by(BOT_1));
    time().advanceMs(5_000);
    assertThat(extend(row, BOT_2)).isEqualTo(new Unmoved(row));
    assertThat(fail(row, BOT_2)).isInstanceOf(FinishResult.Forbidden.class);
    assertThat(acquire(Ask.of("k").attempt("attempt-1").by(BOT_2))).isEqualTo(new Held(row));
    assertThat(store().get(Ask.of("k").leaseKey())).isEqualTo(row);
    restart();
    assertThat(acquire(Ask.of("k").attempt("attempt-1").by(BOT_1))).isEqualTo(new Replayed(row));
    assertThat(extend(row, BOT_1)).isInstanceOf(Extended.class);
    assertThat(fail(row, BOT_1)).isInstanceOf(FinishResult.Finished.class);
    assertThat(fail(row, BOT_2)).isInstanceOf(FinishResult.Forbidden.class);
    assertThat(fail(row, BOT_1)).isInstanceOf(FinishResult.Repeated.class);
  }

  @Test
  default void anExpiredClaimIsItsOwnersToFinishAndAnybodysToTake() {
    LeaseRow first = own(Ask.of("late").ttlMs(10_000).by(BOT_1));
    own(Ask.of("taken").ttlMs(10_000).by(BOT_1));
    time().advanceMs(10_000);
    assertThat(extend(first, BOT_2, "late")).isEqualTo(new Unmoved(first));
    assertThat(fail(first, BOT_2, "late")).isInstanceOf(FinishResult.Forbidden.class);
    assertThat(fail(first, BOT_1, "late")).isInstanceOf(FinishResult.Finished.class);
    LeaseRow second = own(Ask.of("taken").by(BOT_2));
    assertThat(second.grant().claimedBy()).isEqualTo(3);
    assertThat(extend(second, BOT_1, "taken")).isEqualTo(new Unmoved(second));
  }

  @Test
  default void aFailedKeyIsFreeForEverybodyWhoAsksForItAgain() {
    LeaseRow first = own(Ask.of("k").by(BOT_1));
    fail(first, BOT_1);
    assertThat(acquire(Ask.of("k").by(BOT_2).retryFailed()))
        .isInstanceOfSatisfying(
            Acquired.class,
            again -> {
              assertThat(again.lease().grant().claimedBy()).isEqualTo(3);
              assertThat(fail(again.lease(), BOT_1)).isInstanceOf(FinishResult.Forbidden.class);
              assertThat(fail(again.lease(), BOT_2)).isInstanceOf(FinishResult.Finished.class);
            });
    assertThat(fail(first, BOT_1)).isInstanceOf(FinishResult.Refused.class);
  }

  @Test
  default void whatNobodyIsKnownToHaveClaimedIsEverybodys() {
    LockRow lock = lock(Ask.of("k").by(BOT_1));
    LockRow old = new LockRow(unknown(lock.grant()), false, null);
    LeaseRow lease = own(Ask.of("k").by(BOT_1));
    LeaseRow oldLease =
        new LeaseRow(
            unknown(lease.grant()), lease.version(), lease.ttlMs(), lease.expiresAtMs(), null);
    store().run(FreeStep.saving(FreeStep.change(Ask.of("k").lockKey(), old)));
    store().run(FreeStep.saving(FreeStep.change(Ask.of("k").leaseKey(), oldLease)));
    restart();
    assertThat(stored(Ask.of("k"))).isEqualTo(old);
    assertThat(release(old, BOT_2)).isInstanceOf(ReleaseResult.Released.class);
    assertThat(extend(oldLease, BOT_2)).isInstanceOf(Extended.class);
    assertThat(fail(oldLease, BOT_2)).isInstanceOf(FinishResult.Finished.class);
  }

  @Test
  default void aBatchKeepsWhoseEachItemIs() {
    lock(Ask.of("a").by(BOT_1));
    locks()
        .checkAll(
            Callers.unlimited(1),
            List.of(Ask.of("a").by(BOT_2).lock(), Ask.of("b").by(BOT_2).lock()));
    assertThat(stored(Ask.of("a")).grant().claimedBy()).isEqualTo(2);
    assertThat(stored(Ask.of("b")).grant().claimedBy()).isEqualTo(3);
  }

  private ReleaseResult release(LockRow row, Claimant by) {
    String lockId = StoreUnderTest.lockId(row);
    return locks().release(new ReleaseLock(Ask.of("k").lockKey(), lockId, null, by));
  }

  private ExtendResult extend(LeaseRow row, Claimant by) {
    return extend(row, by, "k");
  }

  private ExtendResult extend(LeaseRow row, Claimant by, String key) {
    String leaseId = StoreUnderTest.leaseId(row);
    return leases().extend(new ExtendLease(Ask.of(key).leaseKey(), leaseId, null, by));
  }

  private FinishResult fail(LeaseRow row, Claimant by) {
    return fail(row, by, "k");
  }

  private FinishResult fail(LeaseRow row, Claimant by, String key) {
    String leaseId = StoreUnderTest.leaseId(row);
    return leases()
        .finish(new FinishLease(Ask.of(key).leaseKey(), leaseId, new Fail("boom", null), by));
  }

  private static Grant unknown(Grant grant) {
    return new Grant(
        grant.fence(),
        grant.grantedAtMs(),
        grant.ttlMs(),
        grant.token(),
        grant.attemptId(),
        grant.fingerprint(),
        0);
  }
}
