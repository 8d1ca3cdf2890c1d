package dev.onceonly.testkit;

import static dev.onceonly.testkit.StoreUnderTest.leaseId;
import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.lease.AcquireResult.Finished;
import dev.onceonly.core.lease.Conflict;
import dev.onceonly.core.lease.Conflict.Reason;
import dev.onceonly.core.lease.FinishLease;
import dev.onceonly.core.lease.FinishLease.Outcome;
import dev.onceonly.core.lease.FinishLease.Outcome.Complete;
import dev.onceonly.core.lease.FinishLease.Outcome.Fail;
import dev.onceonly.core.lease.FinishResult;
import dev.onceonly.core.lease.FinishResult.Refused;
import dev.onceonly.core.lease.FinishResult.Repeated;
import dev.onceonly.core.lease.LeaseKey;
import dev.onceonly.core.lease.LeaseRow;
import dev.onceonly.core.lease.LeaseStatus;
import dev.onceonly.core.service.Leases;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Completing, failing and cancelling leases (contract 3.4, 3.6 to 3.9, 17, 18).
public interface LeaseFinishCases extends StoreUnderTest {
  Complete PAGES = new Complete("{\"pages\":3}", "{\"pages\":3}", "ab12");

  @Test
  default void aCompletedLeaseShowsItsResultToEverybody() {
    LeaseRow row = own(Ask.of("k"));
    time().advanceMs(1_500);
    LeaseRow done = finish(row, PAGES);
    assertThat(done.version()).isEqualTo(2);
    assertThat(done.ending())
        .isNotNull()
        .satisfies(ending -> {
          assertThat(ending.doneAtMs()).isEqualTo(time().now().toEpochMilli());
          assertThat(ending.resultHash()).isEqualTo("ab12");
          assertThat(ending.errorCode()).isNull();
        });
    restart();
    assertThat(acquire(Ask.of("k"))).isEqualTo(new Finished(done));
    assertThat(leases().status(key()).status()).isEqualTo(LeaseStatus.COMPLETED);
    assertThat(leases().result(key())).isEqualTo("{\"pages\":3}");
  }

  @Test
  default void aLeaseMayBeCompletedWithoutAResult() {
    finish(own(Ask.of("k")), new Complete(null, null, null));
    assertThat(leases().status(key()).status()).isEqualTo(LeaseStatus.COMPLETED);
    assertThat(leases().result(key())).isNull();
  }

  @Test
  default void aFailedLeaseKeepsItsErrorCode() {
    LeaseRow done = finish(own(Ask.of("k")), new Fail("timeout", "e0"));
    restart();
    assertThat(acquire(Ask.of("k"))).isEqualTo(new Finished(done));
    assertThat(leases().status(key()).status()).isEqualTo(LeaseStatus.FAILED);
    assertThat(done.ending())
        .isNotNull()
        .satisfies(ending -> {
          assertThat(ending.errorCode()).isEqualTo("timeout");
          assertThat(ending.errorHash()).isEqualTo("e0");
        });
    assertThat(leases().result(key())).isNull();
  }

  @Test
  default void aCancellationIsAFailureWhoseCodeSaysSo() {
    LeaseRow bare = finish(own(Ask.of("k")), Fail.canceled(null));
    assertThat(bare.ending()).isNotNull().matches(end -> "canceled".equals(end.errorCode()));
    LeaseRow again = own(Ask.of("k").retryFailed());
    LeaseRow reasoned = finish(again, Fail.canceled("user left"));
    assertThat(reasoned.ending())
        .isNotNull()
        .matches(end -> "canceled:user left".equals(end.errorCode()));
    assertThat(Fail.canceled("")).isEqualTo(Fail.canceled(null));
  }

  @Test
  default void theSameFinishAgainIsAnsweredWithWhatIsStored() {
    LeaseRow row = own(Ask.of("k"));
    LeaseRow done = finish(row, PAGES);
    time().advanceMs(5_000);
    assertThat(finishing(row, PAGES)).isEqualTo(new Repeated(done));
    Complete sameValue = new Complete("{ \"pages\": 3.0 }", "{\"pages\":3}", "ab12");
    assertThat(finishing(row, sameValue)).isEqualTo(new Repeated(done));
    assertThat(leases().result(key())).isEqualTo("{\"pages\":3}");
    assertThat(leases().status(key()).row()).isEqualTo(done);
  }

  @Test
  default void anotherPayloadIsRefusedAndChangesNothing() {
    LeaseRow row = own(Ask.of("k"));
    LeaseRow done = finish(row, PAGES);
    Refused refused = refused(Reason.LEASE_FINISHED, LeaseStatus.COMPLETED, 2);
    assertThat(finishing(row, new Complete("{\"pages\":4}", "{\"pages\":4}", "ab12")))
        .isEqualTo(refused);
    assertThat(finishing(row, new Complete("{\"pages\":3}", "{\"pages\":3}", null)))
        .isEqualTo(refused);
    assertThat(finishing(row, new Complete(null, null, "ab12"))).isEqualTo(refused);
    assertThat(finishing(row, new Fail("timeout", null))).isEqualTo(refused);
    assertThat(finishing(row, Fail.canceled(null))).isEqualTo(refused);
    assertThat(leases().result(key())).isEqualTo("{\"pages\":3}");
    assertThat(leases().status(key()).row()).isEqualTo(done);
  }

  @Test
  default void anotherErrorCodeIsRefusedAndTheSameOneIsARepeat() {
    LeaseRow row = own(Ask.of("k"));
    LeaseRow done = finish(row, new Fail("timeout", "e0"));
    assertThat(finishing(row, new Fail("timeout", "e1"))).isEqualTo(new Repeated(done));
    Refused refused = refused(Reason.LEASE_FINISHED, LeaseStatus.FAILED, 2);
    assertThat(finishing(row, new Fail("oom", "e0"))).isEqualTo(refused);
    assertThat(finishing(row, Fail.canceled(null))).isEqualTo(refused);
    assertThat(finishing(row, PAGES)).isEqualTo(refused);
    assertThat(leases().result(key())).isNull();
  }

  @Test
  default void aCancellationAndAFailureWithItsCodeAreTwoOutcomes() {
    LeaseRow first = own(Ask.of("k"));
    LeaseRow failed = finish(first, new Fail("canceled", null));
    restart();
    Refused refused = refused(Reason.LEASE_FINISHED, LeaseStatus.FAILED, 2);
    assertThat(finishing(first, Fail.canceled(null))).isEqualTo(refused);
    assertThat(finishing(first, new Fail("canceled", null))).isEqualTo(new Repeated(failed));
    LeaseRow second = own(Ask.of("k").retryFailed());
    LeaseRow canceled = finish(second, Fail.canceled("why"));
    restart();
    assertThat(finishing(second, new Fail("canceled:why", null)))
        .isEqualTo(refused(Reason.LEASE_FINISHED, LeaseStatus.FAILED, 4));
    assertThat(finishing(second, Fail.canceled("why"))).isEqualTo(new Repeated(canceled));
    assertThat(finishing(second, Fail.canceled("another reason")))
        .isEqualTo(refused(Reason.LEASE_FINISHED, LeaseStatus.FAILED, 4));
  }

  @Test
  default void aLateFinishIsAcceptedWhileNobodyHasAcquiredSince() {
    LeaseRow row = own(Ask.of("k").ttlMs(10_000));
    time().advanceMs(RETENTION_MS);
    LeaseRow done = finish(row, PAGES);
    assertThat(done.version()).isEqualTo(2);
    assertThat(acquire(Ask.of("k"))).isEqualTo(new Finished(done));
    assertThat(leases().result(key())).isEqualTo("{\"pages\":3}");
  }

  @Test
  default void aLateCancellationIsAcceptedToo() {
    LeaseRow row = own(Ask.of("k").ttlMs(10_000));
    time().advanceMs(10_000);
    LeaseRow done = finish(row, Fail.canceled("late"));
    assertThat(acquire(Ask.of("k"))).isEqualTo(new Finished(done));
  }

  @Test
  default void aFormerOwnerMayNotFinish() {
    LeaseRow former = own(Ask.of("k").ttlMs(10_000));
    time().advanceMs(10_000);
    LeaseRow owner = own(Ask.of("k"));
    Refused refused = refused(Reason.LEASE_MISMATCH, LeaseStatus.IN_PROGRESS, 2);
    assertThat(finishing(former, PAGES)).isEqualTo(refused);
    assertThat(finishing(former, Fail.canceled(null))).isEqualTo(refused);
    finish(owner, PAGES);
    assertThat(finishing(former, PAGES))
        .isEqualTo(refused(Reason.LEASE_MISMATCH, LeaseStatus.COMPLETED, 3));
    restart();
    assertThat(leases().result(key())).isEqualTo("{\"pages\":3}");
  }

  @Test
  default void aKeyNeverAskedForHasNoLeaseToFinish() {
    assertThat(leases().finish(new FinishLease(key(), "lease_0000000000000", PAGES, Ask.FREE)))
        .isEqualTo(refused(Reason.LEASE_NOT_FOUND, LeaseStatus.NOT_FOUND, 0));
    assertThat(leases().status(key()).row()).isNull();
  }

  private static LeaseKey key() {
    return Ask.of("k").leaseKey();
  }

  private FinishResult finishing(LeaseRow row, Outcome outcome) {
    return leases().finish(new FinishLease(key(), leaseId(row), outcome, Ask.FREE));
  }

  private LeaseRow finish(LeaseRow row, Outcome outcome) {
    return finish(leases(), row, outcome);
  }

  /// Fails the lease of key `k`, with this error code; or completes it where there is none.
  static LeaseRow finished(Leases leases, LeaseRow row, @Nullable String errorCode) {
    return finish(leases, row, errorCode == null ? PAGES : new Fail(errorCode, null));
  }

  private static LeaseRow finish(Leases leases, LeaseRow row, Outcome outcome) {
    FinishResult result = leases.finish(new FinishLease(key(), leaseId(row), outcome, Ask.FREE));
    return switch (result) {
      case FinishResult.Finished(var lease) -> lease;
      case FinishResult.Repeated _, FinishResult.Refused _, FinishResult.Forbidden _ ->
          throw new AssertionError("not finished but " + result);
    };
  }

  private static Refused refused(Reason reason, LeaseStatus status, long version) {
    return new Refused(new Conflict(reason, status, version));
  }
}
