package dev.onceonly.testkit;

import static dev.onceonly.testkit.StoreUnderTest.leaseId;
import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.KeyReused;
import dev.onceonly.core.lease.AcquireResult.Acquired;
import dev.onceonly.core.lease.AcquireResult.Finished;
import dev.onceonly.core.lease.AcquireResult.Held;
import dev.onceonly.core.lease.AcquireResult.Replayed;
import dev.onceonly.core.lease.AcquireResult.Reused;
import dev.onceonly.core.lease.Conflict;
import dev.onceonly.core.lease.Conflict.Reason;
import dev.onceonly.core.lease.ExtendLease;
import dev.onceonly.core.lease.ExtendResult;
import dev.onceonly.core.lease.ExtendResult.Extended;
import dev.onceonly.core.lease.LeaseRow;
import dev.onceonly.core.lease.LeaseStatus;
import dev.onceonly.core.service.LeaseView;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Acquiring and extending leases (contract 3.1 to 3.5, 17, 18).
public interface LeaseCases extends StoreUnderTest {

  @Test
  default void theFirstCallerOwnsAndTheSecondIsToldOfTheOwner() {
    LeaseRow first = own(Ask.of("pdf:9").ttlMs(900_000));
    assertThat(first.version()).isEqualTo(1);
    assertThat(first.expiresAtMs()).isEqualTo(time().now().toEpochMilli() + 900_000);
    time().advanceMs(1);
    assertThat(acquire(Ask.of("pdf:9"))).isEqualTo(new Held(first));
    restart();
    assertThat(acquire(Ask.of("pdf:9"))).isEqualTo(new Held(first));
  }

  @Test
  default void anExpiredLeaseIsAcquiredWithALargerVersionAndFence() {
    LeaseRow first = own(Ask.of("k").ttlMs(10_000));
    time().advanceMs(9_999);
    assertThat(acquire(Ask.of("k"))).isEqualTo(new Held(first));
    time().advanceMs(1);
    LeaseRow second = own(Ask.of("k"));
    assertThat(second.version()).isEqualTo(2);
    assertThat(second.grant().fence()).isGreaterThan(first.grant().fence());
    assertThat(leaseId(second)).isNotEqualTo(leaseId(first));
    assertThat(second.grant().grantedAtMs()).isEqualTo(time().now().toEpochMilli());
  }

  @Test
  default void askingAgainDoesNotExtendALease() {
    own(Ask.of("k").ttlMs(10_000));
    time().advanceMs(9_000);
    acquire(Ask.of("k").ttlMs(86_400_000));
    time().advanceMs(1_000);
    assertThat(acquire(Ask.of("k"))).isInstanceOf(Acquired.class);
  }

  @Test
  default void anotherNamespaceSeesNothingOfALease() {
    LeaseRow row = own(Ask.of("k"));
    assertThat(leases().status(Ask.of("k").in(2).leaseKey()).status())
        .isEqualTo(LeaseStatus.NOT_FOUND);
    ExtendLease stranger =
        new ExtendLease(Ask.of("k").in(2).leaseKey(), leaseId(row), null, Ask.FREE);
    assertThat(leases().extend(stranger)).isEqualTo(refused(Reason.LEASE_NOT_FOUND, null, 0));
    assertThat(own(Ask.of("k").in(2)).version()).isEqualTo(1);
  }

  @Test
  default void statusFollowsTheLease() {
    Ask ask = Ask.of("k").ttlMs(10_000);
    assertThat(leases().status(ask.leaseKey()))
        .isEqualTo(new LeaseView(LeaseStatus.NOT_FOUND, null, time().now()));
    LeaseRow row = own(ask);
    assertThat(leases().status(ask.leaseKey()))
        .isEqualTo(new LeaseView(LeaseStatus.IN_PROGRESS, row, time().now()));
    time().advanceMs(9_999);
    assertThat(leases().status(ask.leaseKey()).status()).isEqualTo(LeaseStatus.IN_PROGRESS);
    time().advanceMs(1);
    assertThat(leases().status(ask.leaseKey()))
        .isEqualTo(new LeaseView(LeaseStatus.NOT_FOUND, row, time().now()));
  }

  @Test
  default void theOwnersOwnAttemptOwnsAgainForSixtySeconds() {
    Ask ask = Ask.of("k").attempt("attempt-1");
    LeaseRow row = own(ask);
    assertThat(acquire(ask)).isEqualTo(new Replayed(row));
    restart();
    time().advanceMs(59_999);
    assertThat(acquire(ask.ttlMs(10_000))).isEqualTo(new Replayed(row));
    assertThat(acquire(Ask.of("k").attempt("attempt-2"))).isEqualTo(new Held(row));
    assertThat(acquire(Ask.of("k"))).isEqualTo(new Held(row));
    time().advanceMs(1);
    assertThat(acquire(ask)).isEqualTo(new Held(row));
    time().advanceMs(1);
    assertThat(acquire(ask)).isEqualTo(new Held(row));
  }

  @Test
  default void aReplayShowsTheLeaseAsItStandsNow() {
    Ask ask = Ask.of("k").attempt("attempt-1");
    LeaseRow extended = extend(own(ask), 20_000L);
    assertThat(acquire(ask)).isEqualTo(new Replayed(extended));
  }

  @Test
  default void anAttemptIsANewCallerAfterItsLeaseHasExpired() {
    Ask ask = Ask.of("k").ttlMs(10_000).attempt("attempt-1");
    LeaseRow first = own(ask);
    time().advanceMs(10_000);
    assertThat(leaseId(own(ask))).isNotEqualTo(leaseId(first));
  }

  @Test
  default void anAttemptOnAFinishedKeyGetsTheFinishedState() {
    Ask ask = Ask.of("k").attempt("attempt-1");
    LeaseRow done = LeaseFinishCases.finished(leases(), own(ask), "boom");
    assertThat(acquire(ask)).isEqualTo(new Finished(done));
    assertThat(acquire(ask.retryFailed())).isEqualTo(new Finished(done));
  }

  @Test
  default void anotherFingerprintIsRefusedWhileTheLeaseIsKnown() {
    Ask ask = Ask.of("k").fingerprint("a").attempt("attempt-1");
    Reused refused = new Reused(new KeyReused("k", "a", "b"));
    LeaseRow row = own(ask);
    assertThat(acquire(ask.fingerprint("b"))).isEqualTo(refused);
    assertThat(acquire(Ask.of("k").fingerprint("a"))).isEqualTo(new Held(row));
    assertThat(acquire(Ask.of("k"))).isEqualTo(new Held(row));
    LeaseRow done = LeaseFinishCases.finished(leases(), row, "boom");
    assertThat(acquire(ask.fingerprint("b"))).isEqualTo(refused);
    assertThat(acquire(ask.fingerprint("b").retryFailed())).isEqualTo(refused);
    assertThat(acquire(Ask.of("k"))).isEqualTo(new Finished(done));
  }

  @Test
  default void anotherFingerprintMayAcquireAnExpiredLease() {
    own(Ask.of("k").ttlMs(10_000).fingerprint("a"));
    time().advanceMs(10_000);
    assertThat(own(Ask.of("k").fingerprint("b")).grant().fingerprint()).isEqualTo("b");
  }

  @Test
  default void anExtensionCountsTheTtlFromNow() {
    LeaseRow row = own(Ask.of("k").ttlMs(100_000));
    time().advanceMs(40_000);
    LeaseRow longer = extend(row, 90_000L);
    assertThat(longer.expiresAtMs()).isEqualTo(time().now().toEpochMilli() + 90_000);
    assertThat(longer.version()).isEqualTo(2);
    assertThat(longer.grant()).isEqualTo(row.grant());
    LeaseRow shorter = extend(row, 10_000L);
    assertThat(shorter.expiresAtMs()).isEqualTo(time().now().toEpochMilli() + 10_000);
    assertThat(shorter.version()).isEqualTo(3);
    restart();
    time().advanceMs(10_000);
    assertThat(acquire(Ask.of("k"))).isInstanceOf(Acquired.class);
  }

  @Test
  default void anExtensionWithoutTtlTakesTheLastOne() {
    LeaseRow row = own(Ask.of("k").ttlMs(100_000));
    assertThat(extend(row, null).ttlMs()).isEqualTo(100_000);
    extend(row, 30_000L);
    time().advanceMs(1_000);
    LeaseRow again = extend(row, null);
    assertThat(again.ttlMs()).isEqualTo(30_000);
    assertThat(again.expiresAtMs()).isEqualTo(time().now().toEpochMilli() + 30_000);
  }

  @Test
  default void aLateExtensionIsAcceptedWhileNobodyHasAcquiredSince() {
    LeaseRow row = own(Ask.of("k").ttlMs(10_000));
    time().advanceMs(3_600_000);
    LeaseRow revived = extend(row, null);
    assertThat(revived.version()).isEqualTo(2);
    assertThat(revived.expiresAtMs()).isEqualTo(time().now().toEpochMilli() + 10_000);
    assertThat(acquire(Ask.of("k"))).isEqualTo(new Held(revived));
  }

  @Test
  default void aFormerOwnerMayNotExtend() {
    LeaseRow former = own(Ask.of("k").ttlMs(10_000));
    time().advanceMs(10_000);
    LeaseRow owner = own(Ask.of("k"));
    assertThat(extending("k", leaseId(former)))
        .isEqualTo(refused(Reason.LEASE_MISMATCH, LeaseStatus.IN_PROGRESS, 2));
    assertThat(acquire(Ask.of("k"))).isEqualTo(new Held(owner));
  }

  @Test
  default void anUnknownLeaseIdIsRefusedWithTheReason() {
    assertThat(extending("never", "lease_0000000000000"))
        .isEqualTo(refused(Reason.LEASE_NOT_FOUND, null, 0));
    LeaseRow row = own(Ask.of("k").ttlMs(10_000));
    assertThat(extending("k", "lease_0000000000000"))
        .isEqualTo(refused(Reason.LEASE_MISMATCH, LeaseStatus.IN_PROGRESS, 1));
    time().advanceMs(10_000);
    assertThat(extending("k", "lease_0000000000000"))
        .isEqualTo(refused(Reason.LEASE_MISMATCH, LeaseStatus.NOT_FOUND, 1));
    LeaseFinishCases.finished(leases(), row, "boom");
    assertThat(extending("k", "lease_0000000000000"))
        .isEqualTo(refused(Reason.LEASE_MISMATCH, LeaseStatus.FAILED, 2));
    assertThat(extending("k", leaseId(row)))
        .isEqualTo(refused(Reason.LEASE_FINISHED, LeaseStatus.FAILED, 2));
  }

  private ExtendResult extending(String key, String leaseId) {
    return leases().extend(new ExtendLease(Ask.of(key).leaseKey(), leaseId, null, Ask.FREE));
  }

  private LeaseRow extend(LeaseRow row, @Nullable Long ttlMs) {
    ExtendLease command = new ExtendLease(Ask.of("k").leaseKey(), leaseId(row), ttlMs, Ask.FREE);
    return switch (leases().extend(command)) {
      case Extended(var lease) -> lease;
      case ExtendResult.Unmoved _, ExtendResult.Refused _ ->
          throw new AssertionError("not extended: " + row);
    };
  }

  private static ExtendResult refused(Reason reason, @Nullable LeaseStatus status, long version) {
    LeaseStatus shown = status == null ? LeaseStatus.NOT_FOUND : status;
    return new ExtendResult.Refused(new Conflict(reason, shown, version));
  }
}
