package dev.onceonly.core.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.Claim;
import dev.onceonly.core.Claimant;
import dev.onceonly.core.Claimants;
import dev.onceonly.core.Grant;
import dev.onceonly.core.GrantId;
import dev.onceonly.core.KeyReused;
import dev.onceonly.core.lease.AcquireResult.Acquired;
import dev.onceonly.core.lease.AcquireResult.Finished;
import dev.onceonly.core.lease.AcquireResult.Held;
import dev.onceonly.core.lease.AcquireResult.Replayed;
import dev.onceonly.core.lease.AcquireResult.Reused;
import dev.onceonly.core.lease.Conflict.Reason;
import dev.onceonly.core.lease.ExtendResult.Extended;
import dev.onceonly.core.lease.FinishLease.Outcome.Complete;
import dev.onceonly.core.lease.FinishLease.Outcome.Fail;
import dev.onceonly.core.lease.FinishResult.Repeated;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The rules of leases, one decision at a time.
final class LeaseRulesTest {
  private static final Instant NOW = Instant.ofEpochMilli(1_000_000);
  private static final LeaseKey KEY = new LeaseKey(1, "k");
  private static final long DAYS_7 = Duration.ofDays(7).toMillis();
  private static final LeaseRules RULES = new LeaseRules(60_000, DAYS_7);
  private static final Complete DONE = new Complete("{}", "{}", "hash");

  @Test
  void statusChangesAtTheExactMillisecond() {
    LeaseRow open = row(10_000, null);
    assertThat(RULES.status(null, NOW)).isEqualTo(LeaseStatus.NOT_FOUND);
    assertThat(RULES.status(open, at(9_999))).isEqualTo(LeaseStatus.IN_PROGRESS);
    assertThat(RULES.status(open, at(10_000))).isEqualTo(LeaseStatus.NOT_FOUND);
    LeaseRow done = ended(open, null);
    assertThat(RULES.status(done, at(DAYS_7 - 1))).isEqualTo(LeaseStatus.COMPLETED);
    assertThat(RULES.status(done, at(DAYS_7))).isEqualTo(LeaseStatus.NOT_FOUND);
    assertThat(RULES.status(ended(open, "boom"), at(20_000))).isEqualTo(LeaseStatus.FAILED);
  }

  @Test
  void aLeaseIsForgottenSevenDaysAfterItsExpiryOrItsEnd() {
    LeaseRow open = row(10_000, null);
    assertThat(RULES.isForgotten(open, at(10_000 + DAYS_7 - 1))).isFalse();
    assertThat(RULES.isForgotten(open, at(10_000 + DAYS_7))).isTrue();
    assertThat(RULES.isForgotten(ended(open, null), at(DAYS_7 - 1))).isFalse();
    assertThat(RULES.isForgotten(ended(open, null), at(DAYS_7))).isTrue();
  }

  @Test
  void aFreeKeyIsAcquiredAndARememberedOnesVersionGoesOn() {
    assertThat(acquire(null, NOW))
        .isInstanceOfSatisfying(
            Acquired.class,
            won -> {
              assertThat(won.lease().version()).isEqualTo(1);
              assertThat(won.lease().expiresAtMs()).isEqualTo(NOW.toEpochMilli() + 5_000);
            });
    LeaseRow expired = row(10_000, null);
    assertThat(acquire(expired, at(10_000)))
        .isInstanceOfSatisfying(
            Acquired.class,
            won -> {
              assertThat(won.lease().version()).isEqualTo(expired.version() + 1);
              assertThat(won.lease().grant().fence()).isGreaterThan(expired.grant().fence());
            });
  }

  @Test
  void aLiveLeaseIsHeldAndItsOwnersAttemptReplayed() {
    LeaseRow open = row(600_000, "attempt-1");
    assertThat(acquire(open, NOW)).isEqualTo(new Held(open));
    AcquireLease again = command("attempt-1", null, false);
    assertThat(RULES.acquire(open, again, at(59_999))).isEqualTo(new Replayed(open));
    assertThat(RULES.acquire(open, again, at(60_000))).isEqualTo(new Held(open));
  }

  @Test
  void aFinishedLeaseIsToldAndOnlyAFailedOneIsRetried() {
    LeaseRow completed = ended(row(10_000, "attempt-1"), null);
    LeaseRow failed = ended(row(10_000, "attempt-1"), "boom");
    AcquireLease retry = command("attempt-2", null, true);
    assertThat(acquire(completed, NOW)).isEqualTo(new Finished(completed));
    assertThat(acquire(failed, NOW)).isEqualTo(new Finished(failed));
    assertThat(RULES.acquire(completed, retry, NOW)).isEqualTo(new Finished(completed));
    assertThat(RULES.acquire(failed, retry, NOW)).isInstanceOf(Acquired.class);
    assertThat(RULES.acquire(failed, command("attempt-1", null, true), NOW))
        .isEqualTo(new Finished(failed));
    assertThat(RULES.acquire(failed, command("attempt-1", null, true), at(60_000)))
        .isInstanceOf(Acquired.class);
  }

  @Test
  void aRowOfBeforeIsRepeatedByACancellationAndAFailureAlike() {
    LeaseRow open = row(600_000, null);
    LeaseRow old = ended(open, "canceled");
    for (Fail again : List.of(new Fail("canceled", null), Fail.canceled(null))) {
      assertThat(RULES.finish(old, finish(open, again), NOW)).isEqualTo(new Repeated(old));
    }
  }

  @Test
  void aContradictionComesFirstWhileTheLeaseIsKnown() {
    Reused refused = new Reused(new KeyReused("k", "fp", "other"));
    LeaseRow open = row(10_000, "attempt-1");
    AcquireLease other = command("attempt-1", "other", true);
    assertThat(RULES.acquire(open, other, NOW)).isEqualTo(refused);
    assertThat(RULES.acquire(ended(open, "boom"), other, NOW)).isEqualTo(refused);
    assertThat(RULES.acquire(open, other, at(10_000))).isInstanceOf(Acquired.class);
    assertThat(RULES.acquire(ended(open, null), other, at(DAYS_7))).isInstanceOf(Acquired.class);
  }

  @Test
  void anExtensionCountsFromNowAndAlsoRevivesAnExpiredLease() {
    LeaseRow open = row(10_000, null);
    assertThat(RULES.extend(open, extension(open, 3_000L), at(8_000)))
        .isEqualTo(
            new Extended(new LeaseRow(open.grant(), 4, 3_000, NOW.toEpochMilli() + 11_000, null)));
    assertThat(RULES.extend(open, extension(open, null), at(10_000 + DAYS_7 - 1)))
        .isInstanceOf(Extended.class);
    assertThat(RULES.extend(open, extension(open, null), at(10_000 + DAYS_7)))
        .isEqualTo(refusedExtension(Reason.LEASE_NOT_FOUND, LeaseStatus.NOT_FOUND, 3));
  }

  @Test
  void anExtensionOfAFinishedOrForeignLeaseIsRefused() {
    LeaseRow open = row(10_000, null);
    LeaseRow done = ended(open, null);
    ExtendLease foreign = new ExtendLease(KEY, "lease_x", null, Claimants.FREE);
    assertThat(RULES.extend(null, foreign, NOW))
        .isEqualTo(refusedExtension(Reason.LEASE_NOT_FOUND, LeaseStatus.NOT_FOUND, 0));
    assertThat(RULES.extend(open, foreign, NOW))
        .isEqualTo(refusedExtension(Reason.LEASE_MISMATCH, LeaseStatus.IN_PROGRESS, 3));
    assertThat(RULES.extend(done, foreign, NOW))
        .isEqualTo(refusedExtension(Reason.LEASE_MISMATCH, LeaseStatus.COMPLETED, 4));
    assertThat(RULES.extend(done, extension(open, 1L), NOW))
        .isEqualTo(refusedExtension(Reason.LEASE_FINISHED, LeaseStatus.COMPLETED, 4));
  }

  @Test
  void aFinishKeepsTtlAndExpiryAndWritesTheEnding() {
    LeaseRow open = row(10_000, null);
    FinishResult result = RULES.finish(open, finish(open, DONE), at(10_500));
    assertThat(result)
        .isInstanceOfSatisfying(
            FinishResult.Finished.class,
            finished -> {
              LeaseRow lease = finished.lease();
              assertThat(lease.version()).isEqualTo(4);
              assertThat(lease.expiresAtMs()).isEqualTo(open.expiresAtMs());
              assertThat(lease.ending())
                  .isNotNull()
                  .satisfies(ending -> {
                    assertThat(ending.doneAtMs()).isEqualTo(NOW.toEpochMilli() + 10_500);
                    assertThat(ending.isFailed()).isFalse();
                    assertThat(ending.payloadHash()).hasSize(64);
                  });
            });
  }

  @Test
  void onlyTheSameOutcomeAndPayloadIsARepeat() {
    LeaseRow open = row(10_000, null);
    LeaseRow done = finished(RULES.finish(open, finish(open, DONE), NOW));
    assertThat(RULES.finish(done, finish(open, DONE), at(1))).isEqualTo(new Repeated(done));
    FinishResult refused =
        new FinishResult.Refused(new Conflict(Reason.LEASE_FINISHED, LeaseStatus.COMPLETED, 4));
    for (FinishLease.Outcome other :
        new FinishLease.Outcome[] {
          new Complete("{}", "{}", null),
          new Complete("[]", "[]", "hash"),
          new Complete(null, null, "hash"),
          new Fail("boom", null),
          Fail.canceled(null)
        }) {
      assertThat(RULES.finish(done, finish(open, other), at(1))).as("%s", other).isEqualTo(refused);
    }
  }

  @Test
  void anErrorHashDoesNotMakeAnotherFailure() {
    LeaseRow open = row(10_000, null);
    LeaseRow failed = finished(RULES.finish(open, finish(open, new Fail("boom", "h")), NOW));
    assertThat(RULES.finish(failed, finish(open, new Fail("boom", null)), at(1)))
        .isEqualTo(new Repeated(failed));
  }

  @Test
  void aBoundKeyEndsAndMovesOnlyWhatItHasClaimed() {
    LeaseRow open = row(10_000, "attempt-1");
    LeaseRow done = ended(open, null);
    String id = GrantId.lease(open.grant().token());
    Claimant own = Claimants.bound(1);
    Claimant other = Claimants.bound(2);
    for (long ms : new long[] {0, 9_999, 10_000, 60_000}) {
      assertThat(RULES.extend(open, new ExtendLease(KEY, id, 1L, own), at(ms)))
          .isInstanceOf(Extended.class);
      assertThat(RULES.extend(open, new ExtendLease(KEY, id, 1L, other), at(ms)))
          .isEqualTo(new ExtendResult.Unmoved(open));
      assertThat(RULES.finish(open, new FinishLease(KEY, id, DONE, own), at(ms)))
          .isInstanceOf(FinishResult.Finished.class);
      for (LeaseRow theirs : new LeaseRow[] {open, done}) {
        assertThat(RULES.finish(theirs, new FinishLease(KEY, id, DONE, other), at(ms)))
            .isEqualTo(new FinishResult.Forbidden());
      }
    }
    assertThat(RULES.extend(done, new ExtendLease(KEY, id, 1L, other), NOW))
        .isEqualTo(refusedExtension(Reason.LEASE_FINISHED, LeaseStatus.COMPLETED, 4));
    assertThat(RULES.finish(open, new FinishLease(KEY, "lease_x", DONE, other), NOW))
        .isInstanceOf(FinishResult.Refused.class);
  }

  @Test
  void aBoundKeyIsNotTakenForTheWinnerByItsAttemptIdAlone() {
    LeaseRow open = row(10_000, "attempt-1");
    Claim own = new Claim(5_000, 7, "attempt-1", null, Claimants.bound(1));
    Claim other = new Claim(5_000, 7, "attempt-1", null, Claimants.bound(2));
    assertThat(RULES.acquire(open, new AcquireLease(KEY, own, null, false), NOW))
        .isEqualTo(new Replayed(open));
    assertThat(RULES.acquire(open, new AcquireLease(KEY, other, null, false), NOW))
        .isEqualTo(new Held(open));
    AcquireResult again =
        RULES.acquire(ended(open, "boom"), new AcquireLease(KEY, other, null, true), NOW);
    assertThat(again)
        .isInstanceOfSatisfying(
            Acquired.class, won -> assertThat(won.lease().grant().claimedBy()).isEqualTo(2));
  }

  private static LeaseRow finished(FinishResult result) {
    return switch (result) {
      case FinishResult.Finished(var lease) -> lease;
      case Repeated _, FinishResult.Refused _, FinishResult.Forbidden _ ->
          throw new AssertionError("not finished: " + result);
    };
  }

  private static Instant at(long ms) {
    return NOW.plusMillis(ms);
  }

  private static LeaseRow row(long ttlMs, @Nullable String attemptId) {
    Grant grant = Grant.next(null, new Claim(ttlMs, 42, attemptId, "fp", Claimants.FREE), NOW);
    return new LeaseRow(grant, 3, ttlMs, NOW.toEpochMilli() + ttlMs, null);
  }

  private static LeaseRow ended(LeaseRow open, @Nullable String errorCode) {
    Ending ending = new Ending(NOW.toEpochMilli(), null, errorCode, null, null, null);
    return new LeaseRow(open.grant(), 4, open.ttlMs(), open.expiresAtMs(), ending);
  }

  private static AcquireLease command(
      @Nullable String attemptId, @Nullable String fingerprint, boolean retryFailed) {
    return new AcquireLease(
        KEY, new Claim(5_000, 7, attemptId, fingerprint, Claimants.FREE), null, retryFailed);
  }

  private static AcquireResult acquire(@Nullable LeaseRow current, Instant now) {
    return RULES.acquire(current, command(null, null, false), now);
  }

  private static ExtendLease extension(LeaseRow row, @Nullable Long ttlMs) {
    return new ExtendLease(KEY, GrantId.lease(row.grant().token()), ttlMs, Claimants.FREE);
  }

  private static FinishLease finish(LeaseRow row, FinishLease.Outcome outcome) {
    return new FinishLease(KEY, GrantId.lease(row.grant().token()), outcome, Claimants.FREE);
  }

  private static ExtendResult refusedExtension(Reason reason, LeaseStatus status, long version) {
    return new ExtendResult.Refused(new Conflict(reason, status, version));
  }
}
