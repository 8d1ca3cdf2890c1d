package dev.onceonly.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.Claim;
import dev.onceonly.core.Claimants;
import dev.onceonly.core.GrantId;
import dev.onceonly.core.account.Plan;
import dev.onceonly.core.account.Plan.TtlBounds;
import dev.onceonly.core.lease.AcquireLease;
import dev.onceonly.core.lease.AcquireResult;
import dev.onceonly.core.lease.FinishLease;
import dev.onceonly.core.lease.FinishLease.Outcome;
import dev.onceonly.core.lease.FinishLease.Outcome.Complete;
import dev.onceonly.core.lease.FinishLease.Outcome.Fail;
import dev.onceonly.core.lease.FinishResult;
import dev.onceonly.core.lease.LeaseDocument;
import dev.onceonly.core.lease.LeaseDocumentKey;
import dev.onceonly.core.lease.LeaseDocumentKey.Kind;
import dev.onceonly.core.lease.LeaseKey;
import dev.onceonly.core.lease.LeaseRules;
import dev.onceonly.core.service.LeaseAnswer.Asked;
import dev.onceonly.core.service.LeaseAnswer.OverLimit;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.usage.DayKey;
import dev.onceonly.core.usage.DayRow;
import dev.onceonly.core.usage.FeedItem;
import dev.onceonly.core.usage.LimitReached;
import dev.onceonly.core.usage.MonthKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What acquiring and finishing a lease read, change, tell and answer.
final class LeaseStepsTest {
  private static final Instant NOW = Instant.parse("2026-11-30T10:00:00Z");
  private static final LeaseKey KEY = new LeaseKey(1, "k");
  private static final LeaseDocumentKey METADATA = new LeaseDocumentKey(KEY, Kind.METADATA);
  private static final LeaseDocumentKey RESULT = new LeaseDocumentKey(KEY, Kind.RESULT);
  private static final MonthKey MONTH = new MonthKey(1, 202611);
  private static final DayKey DAY = new DayKey(1, 20_787);
  private static final String LEASE_ID = GrantId.lease(42);
  private static final LeaseRules RULES = new LeaseRules(60_000, Duration.ofDays(7).toMillis());
  private final MapRows rows = new MapRows();

  @Test
  void anAcquisitionIsChargedToldAndMustReachItsOwnerInTime() {
    Decided<LeaseAnswer> decided = acquire(null, "{\"n\":1}", false);
    assertThat(decided.validUntil()).isEqualTo(NOW.plusMillis(10_000));
    assertThat(MapRows.keys(decided)).containsExactlyInAnyOrder(KEY, METADATA, MONTH, DAY);
    assertThat(decided.facts()).isEqualTo(List.of(item(FeedItem.Type.AI_ACQUIRED)));
    assertThat(decided.answer())
        .isInstanceOfSatisfying(
            Asked.class,
            asked -> {
              assertThat(asked.charged()).isEqualTo(1);
              assertThat(asked.usage()).isEqualTo(1);
              assertThat(asked.limit()).isNull();
            });
  }

  @Test
  void aReplayMustReachItsOwnerBeforeTheExpiryToo() {
    acquire("attempt-1", null, false);
    Decided<LeaseAnswer> decided = acquire("attempt-1", "{\"n\":2}", false);
    assertThat(decided.answer())
        .isInstanceOfSatisfying(
            Asked.class,
            asked -> {
              assertThat(asked.result()).isInstanceOf(AcquireResult.Replayed.class);
              assertThat(asked.charged()).isZero();
            });
    assertThat(decided.validUntil()).isEqualTo(NOW.plusMillis(10_000));
    assertThat(MapRows.keys(decided)).containsExactlyInAnyOrder(MONTH, DAY);
    assertThat(decided.facts()).isEmpty();
  }

  @Test
  void whoIsToldOfTheOwnerChangesNothingButTheCount() {
    acquire(null, "{\"n\":1}", false);
    Decided<LeaseAnswer> decided = acquire(null, "{\"n\":2}", false);
    assertThat(decided.validUntil()).isNull();
    assertThat(decided.facts()).isEmpty();
    assertThat(MapRows.keys(decided)).containsExactlyInAnyOrder(MONTH, DAY);
    assertThat(rows.get(METADATA)).isEqualTo(new LeaseDocument("{\"n\":1}"));
  }

  @Test
  void aNewGrantReplacesTheMetadataAndDropsTheResult() {
    acquire(null, "{\"n\":1}", false);
    finish(new Fail("boom", null));
    Decided<LeaseAnswer> decided = acquire(null, null, true);
    assertThat(MapRows.keys(decided)).containsExactlyInAnyOrder(KEY, METADATA, RESULT, MONTH, DAY);
    assertThat(rows.get(METADATA)).isNull();
    assertThat(rows.get(RESULT)).isNull();
  }

  @Test
  void aRefusalForTheLimitAcquiresNothing() {
    Plan plan = new Plan("free", 0L, 0L, true, new TtlBounds(60, 3_600));
    Decided<LeaseAnswer> decided =
        rows.run(new AcquireStep(plan, RULES, command(null, "{}", false), null), NOW);
    assertThat(decided.answer()).isEqualTo(new OverLimit(new LimitReached("free", 0, 0)));
    assertThat(MapRows.keys(decided)).containsExactlyInAnyOrder(MONTH, DAY);
    assertThat(decided.facts())
        .isEqualTo(
            List.of(new FeedItem(1, NOW.toEpochMilli(), FeedItem.Type.OVER_LIMIT, "k", null)));
  }

  @Test
  void aCompletionStoresItsResultAndCountsForTheDayOnly() {
    acquire(null, null, false);
    Decided<FinishResult> decided = finish(new Complete("{\"r\":1}", "{\"r\":1}", null));
    assertThat(MapRows.keys(decided)).containsExactlyInAnyOrder(KEY, RESULT, DAY);
    assertThat(decided.facts()).isEqualTo(List.of(item(FeedItem.Type.AI_COMPLETED)));
    assertThat(decided.validUntil()).isNull();
    assertThat(rows.get(RESULT)).isEqualTo(new LeaseDocument("{\"r\":1}"));
    assertThat(rows.get(DAY))
        .isEqualTo(new DayRow(DayRow.Make.NONE, new DayRow.Ai(1, 1, 0, 1, 0, 0)));
  }

  @Test
  void aFailureStoresNoDocument() {
    acquire(null, null, false);
    Decided<FinishResult> decided = finish(new Fail("boom", null));
    assertThat(MapRows.keys(decided)).containsExactlyInAnyOrder(KEY, DAY);
    assertThat(decided.facts()).isEqualTo(List.of(item(FeedItem.Type.AI_FAILED)));
  }

  @Test
  void aRepeatedOrRefusedFinishChangesAndTellsNothing() {
    acquire(null, null, false);
    finish(new Fail("boom", null));
    for (Outcome outcome : List.of(new Fail("boom", null), new Fail("other", null))) {
      Decided<FinishResult> decided = finish(outcome);
      assertThat(decided.changes()).isEmpty();
      assertThat(decided.facts()).isEmpty();
    }
  }

  private Decided<LeaseAnswer> acquire(
      @Nullable String attemptId, @Nullable String metadata, boolean retryFailed) {
    Plan plan = new Plan("unlimited", null, null, false, new TtlBounds(60, 3_600));
    return rows.run(
        new AcquireStep(plan, RULES, command(attemptId, metadata, retryFailed), null), NOW);
  }

  private static AcquireLease command(
      @Nullable String attemptId, @Nullable String metadata, boolean retryFailed) {
    return new AcquireLease(
        KEY, new Claim(10_000, 42, attemptId, null, Claimants.FREE), metadata, retryFailed);
  }

  private Decided<FinishResult> finish(Outcome outcome) {
    Decided<FinishStep.Told> told =
        rows.run(
            new FinishStep(RULES, new FinishLease(KEY, LEASE_ID, outcome, Claimants.FREE), null),
            NOW);
    if (!(told.answer() instanceof FinishStep.Told.Answered(var result))) {
      throw new AssertionError("no run is queued: " + told.answer());
    }
    return new Decided<>(result, told.changes(), told.facts(), told.validUntil());
  }

  private static FeedItem item(FeedItem.Type type) {
    return new FeedItem(1, NOW.toEpochMilli(), type, "k", LEASE_ID);
  }
}
