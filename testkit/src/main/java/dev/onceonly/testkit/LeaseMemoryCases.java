package dev.onceonly.testkit;

import static dev.onceonly.testkit.StoreUnderTest.leaseId;
import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.lease.AcquireResult.Acquired;
import dev.onceonly.core.lease.AcquireResult.Finished;
import dev.onceonly.core.lease.Conflict;
import dev.onceonly.core.lease.Conflict.Reason;
import dev.onceonly.core.lease.ExtendLease;
import dev.onceonly.core.lease.FinishLease;
import dev.onceonly.core.lease.FinishLease.Outcome.Fail;
import dev.onceonly.core.lease.FinishResult;
import dev.onceonly.core.lease.LeaseDocument;
import dev.onceonly.core.lease.LeaseDocumentKey;
import dev.onceonly.core.lease.LeaseDocumentKey.Kind;
import dev.onceonly.core.lease.LeaseKey;
import dev.onceonly.core.lease.LeaseRow;
import dev.onceonly.core.lease.LeaseStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What is remembered of a lease, for how long, and what a new grant replaces (contract 3.1, 17,
/// 18).
public interface LeaseMemoryCases extends StoreUnderTest {
  LeaseKey KEY = Ask.of("k").leaseKey();

  @Test
  default void theVersionGrowsByOneWithEachChange() {
    LeaseRow row = own(Ask.of("k").ttlMs(10_000));
    assertThat(version()).isEqualTo(1);
    leases().extend(new ExtendLease(KEY, leaseId(row), null, Ask.FREE));
    assertThat(version()).isEqualTo(2);
    acquire(Ask.of("k"));
    leases().extend(new ExtendLease(KEY, "lease_0000000000000", null, Ask.FREE));
    assertThat(version()).isEqualTo(2);
    time().advanceMs(10_000);
    LeaseRow second = own(Ask.of("k"));
    assertThat(second.version()).isEqualTo(3);
    LeaseFinishCases.finished(leases(), second, "boom");
    assertThat(version()).isEqualTo(4);
    LeaseFinishCases.finished(leases(), own(Ask.of("k").retryFailed()), null);
    restart();
    assertThat(version()).isEqualTo(6);
  }

  @Test
  default void aFailedKeyIsAcquiredAgainOnlyWhereAskedFor() {
    LeaseRow failed = LeaseFinishCases.finished(leases(), own(Ask.of("k")), "boom");
    assertThat(acquire(Ask.of("k"))).isEqualTo(new Finished(failed));
    LeaseRow again = own(Ask.of("k").retryFailed());
    assertThat(again.version()).isEqualTo(3);
    assertThat(again.ending()).isNull();
    assertThat(leaseId(again)).isNotEqualTo(leaseId(failed));
    assertThat(again.grant().fence()).isGreaterThan(failed.grant().fence());
  }

  @Test
  default void aCompletedKeyIsNeverAcquiredAgain() {
    LeaseRow done = LeaseFinishCases.finished(leases(), own(Ask.of("k")), null);
    assertThat(acquire(Ask.of("k").retryFailed())).isEqualTo(new Finished(done));
    time().advanceMs(RETENTION_MS - 1);
    assertThat(acquire(Ask.of("k").retryFailed())).isEqualTo(new Finished(done));
    assertThat(leases().result(KEY)).isNotNull();
  }

  @Test
  default void aFinishedKeyIsForgottenAfterSevenDays() {
    LeaseRow done = LeaseFinishCases.finished(leases(), own(Ask.of("k")), null);
    time().advanceMs(RETENTION_MS - 1);
    assertThat(leases().status(KEY).status()).isEqualTo(LeaseStatus.COMPLETED);
    time().advanceMs(1);
    assertThat(leases().status(KEY).status()).isEqualTo(LeaseStatus.NOT_FOUND);
    assertThat(
            leases().finish(new FinishLease(KEY, leaseId(done), LeaseFinishCases.PAGES, Ask.FREE)))
        .isInstanceOfSatisfying(FinishResult.Refused.class, LeaseMemoryCases::isNotFound);
    LeaseRow next = own(Ask.of("k"));
    assertThat(next.grant().fence()).isGreaterThan(done.grant().fence());
    assertThat(leases().result(KEY)).isNull();
  }

  @Test
  default void anExpiredKeyIsRememberedForSevenDaysAfterItsExpiry() {
    LeaseRow row = own(Ask.of("k").ttlMs(10_000));
    time().advanceMs(10_000 + RETENTION_MS - 1);
    assertThat(leases().status(KEY).row()).isEqualTo(row);
    LeaseRow second = own(Ask.of("k").ttlMs(10_000));
    assertThat(second.version()).isEqualTo(2);
    time().advanceMs(10_000 + RETENTION_MS);
    assertThat(
            leases().finish(new FinishLease(KEY, leaseId(second), Fail.canceled(null), Ask.FREE)))
        .isInstanceOfSatisfying(FinishResult.Refused.class, LeaseMemoryCases::isNotFound);
    assertThat(own(Ask.of("k")).grant().fence()).isGreaterThan(second.grant().fence());
  }

  @Test
  default void aKeyThatIsReallyGoneStartsAtVersionOneWithALargerFence() {
    LeaseRow first = own(Ask.of("k").ttlMs(10_000).metadata("{\"n\":1}"));
    time().advanceMs(10_000);
    store().run(FreeStep.saving(FreeStep.change(KEY, null)));
    restart();
    LeaseRow second = own(Ask.of("k"));
    assertThat(second.version()).isEqualTo(1);
    assertThat(second.grant().fence()).isGreaterThan(first.grant().fence());
    assertThat(document(Kind.METADATA)).isNull();
  }

  @Test
  default void aNewGrantReplacesTheMetadata() {
    LeaseRow first = own(Ask.of("k").metadata("{\"n\":1}"));
    acquire(Ask.of("k").metadata("{\"n\":2}"));
    assertThat(document(Kind.METADATA)).isEqualTo("{\"n\":1}");
    LeaseFinishCases.finished(leases(), first, "boom");
    assertThat(document(Kind.METADATA)).isEqualTo("{\"n\":1}");
    LeaseRow second = own(Ask.of("k").metadata("{\"n\":3}").retryFailed());
    assertThat(document(Kind.METADATA)).isEqualTo("{\"n\":3}");
    LeaseFinishCases.finished(leases(), second, "boom");
    own(Ask.of("k").retryFailed());
    restart();
    assertThat(document(Kind.METADATA)).isNull();
  }

  @Test
  default void aNewGrantStartsWithoutAResult() {
    LeaseFinishCases.finished(leases(), own(Ask.of("k")), null);
    time().advanceMs(RETENTION_MS);
    own(Ask.of("k"));
    assertThat(document(Kind.RESULT)).isNull();
  }

  @Test
  default void theFenceStaysFromGrantToGrant() {
    LeaseRow row = own(Ask.of("k").ttlMs(10_000));
    time().advanceMs(5_000);
    leases().extend(new ExtendLease(KEY, leaseId(row), null, Ask.FREE));
    assertThat(leases().status(KEY).row())
        .isNotNull()
        .matches(extended -> extended.grant().equals(row.grant()) && extended.version() == 2);
    assertThat(acquire(Ask.of("k"))).isNotInstanceOf(Acquired.class);
  }

  private static void isNotFound(FinishResult.Refused refused) {
    Conflict conflict = refused.conflict();
    assertThat(conflict.reason()).isEqualTo(Reason.LEASE_NOT_FOUND);
    assertThat(conflict.status()).isEqualTo(LeaseStatus.NOT_FOUND);
  }

  private long version() {
    LeaseRow row = leases().status(KEY).row();
    return row == null ? 0 : row.version();
  }

  private @Nullable String document(Kind kind) {
    LeaseDocument document = store().get(new LeaseDocumentKey(KEY, kind));
    return document == null ? null : document.json();
  }
}
