package dev.onceonly.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.Claim;
import dev.onceonly.core.Claimants;
import dev.onceonly.core.account.Plan;
import dev.onceonly.core.account.Plan.TtlBounds;
import dev.onceonly.core.lock.CheckLock;
import dev.onceonly.core.lock.CheckResult;
import dev.onceonly.core.lock.CheckResult.Duplicate;
import dev.onceonly.core.lock.CheckResult.Locked;
import dev.onceonly.core.lock.LockKey;
import dev.onceonly.core.lock.LockRules;
import dev.onceonly.core.service.CheckAnswer.Checked;
import dev.onceonly.core.service.CheckAnswer.OverLimit;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.usage.DayKey;
import dev.onceonly.core.usage.FeedItem;
import dev.onceonly.core.usage.LimitReached;
import dev.onceonly.core.usage.MonthKey;
import dev.onceonly.core.usage.MonthRow;
import dev.onceonly.core.usage.MonthRow.Counters;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What one check reads, changes, tells and answers.
final class CheckStepTest {
  private static final Instant NOW = Instant.parse("2026-11-30T23:59:59.999Z");
  private static final MonthKey MONTH = new MonthKey(1, 202611);
  private static final DayKey DAY = new DayKey(1, 20_787);
  private final MapRows rows = new MapRows();

  @Test
  void aStepNamesItsLocksAndTheMonthAndDayOfTheInstant() {
    CheckStep step = step(unlimited(), check("a", 1, null), check("b", 1, null));
    assertThat(step.reads(NOW))
        .<Object>map(key -> key)
        .containsExactlyInAnyOrder(new LockKey(1, "a"), new LockKey(1, "b"), MONTH, DAY);
    assertThat(step.reads(NOW.plusMillis(1)))
        .<Object>map(key -> key)
        .contains(new MonthKey(1, 202612), new DayKey(1, 20_788));
  }

  @Test
  void aWinMustBeToldBeforeItsExpiry() {
    Decided<List<CheckAnswer>> decided = run(unlimited(), check("a", 10_000, null));
    assertThat(decided.validUntil()).isEqualTo(NOW.plusMillis(10_000));
    assertThat(decided.facts()).isEmpty();
    assertThat(MapRows.keys(decided)).containsExactlyInAnyOrder(new LockKey(1, "a"), MONTH, DAY);
  }

  @Test
  void aBatchMustBeToldBeforeItsFirstExpiry() {
    Decided<List<CheckAnswer>> decided =
        run(unlimited(), check("a", 30_000, null), check("b", 20_000, null));
    assertThat(decided.validUntil()).isEqualTo(NOW.plusMillis(20_000));
  }

  @Test
  void aDuplicateIsCountedAndToldAndMayBeToldAtAnyTime() {
    run(unlimited(), check("a", 10_000, null));
    Decided<List<CheckAnswer>> decided = run(unlimited(), check("a", 10_000, null));
    assertThat(result(decided)).isInstanceOf(Duplicate.class);
    assertThat(decided.validUntil()).isNull();
    assertThat(MapRows.keys(decided)).containsExactlyInAnyOrder(MONTH, DAY);
    assertThat(decided.facts())
        .isEqualTo(
            List.of(new FeedItem(1, NOW.toEpochMilli(), FeedItem.Type.DUPLICATE, "a", null)));
    assertThat(make()).isEqualTo(new Counters(2, 1, 0, 0));
  }

  @Test
  void aReplayMustBeToldBeforeItsLocksExpiryToo() {
    run(unlimited(), check("a", 10_000, "attempt-1"));
    Decided<List<CheckAnswer>> decided = run(unlimited(), check("a", 99_000, "attempt-1"));
    assertThat(result(decided)).isInstanceOf(CheckResult.Replayed.class);
    assertThat(decided.validUntil()).isEqualTo(NOW.plusMillis(10_000));
  }

  @Test
  void anItemThatRanOutSpoilsNoOtherOfItsBatch() {
    run(unlimited(), check("replayed", 10_000, "attempt-1"), check("taken", 20_000, null));
    CheckStep step =
        step(
            unlimited(),
            check("replayed", 99_000, "attempt-1"),
            check("short", 10_000, null),
            check("long", 10_001, null),
            check("short", 10_000, null),
            check("taken", 30_000, null));
    Decided<List<CheckAnswer>> decided = rows.run(step, NOW);
    assertThat(decided.validUntil()).isEqualTo(NOW.plusMillis(10_000));
    List<CheckAnswer> told = step.outlived(decided.answer(), NOW.plusMillis(10_000));
    assertThat(told)
        .isEqualTo(
            List.of(
                new CheckAnswer.RanOut(),
                new CheckAnswer.RanOut(),
                decided.answer().get(2),
                new CheckAnswer.RanOut(),
                decided.answer().get(4)));
    assertThat(step.outlived(decided.answer(), NOW.plusMillis(9_999))).isEqualTo(decided.answer());
  }

  @Test
  void aBatchWeighsAsManyAsItHasItems() {
    assertThat(step(unlimited(), check("a", 10_000, null)).weight()).isEqualTo(1);
    assertThat(step(unlimited(), check("a", 10_000, null), check("b", 10_000, null)).weight())
        .isEqualTo(2);
  }

  @Test
  void aRefusalLocksNothing() {
    Decided<List<CheckAnswer>> decided = run(stoppedAt(0), check("a", 10_000, null));
    assertThat(decided.answer()).isEqualTo(List.of(new OverLimit(new LimitReached("free", 0, 0))));
    assertThat(rows.get(new LockKey(1, "a"))).isNull();
    assertThat(make()).isEqualTo(new Counters(1, 0, 1, 0));
    assertThat(decided.facts())
        .isEqualTo(
            List.of(new FeedItem(1, NOW.toEpochMilli(), FeedItem.Type.OVER_LIMIT, "a", null)));
  }

  @Test
  void theFirstItemOfABatchWins() {
    Decided<List<CheckAnswer>> decided =
        run(unlimited(), check("a", 10_000, null), check("a", 10_000, null));
    assertThat(decided.answer())
        .map(CheckStepTest::result)
        .hasExactlyElementsOfTypes(Locked.class, Duplicate.class);
    assertThat(make()).isEqualTo(new Counters(2, 1, 0, 0));
  }

  @Test
  void decidingTwiceOnTheSameRowsDecidesTheSame() {
    CheckStep step = step(unlimited(), check("a", 10_000, null), check("a", 10_000, null));
    Decided<List<CheckAnswer>> first = new MapRows().run(step, NOW);
    Decided<List<CheckAnswer>> second = new MapRows().run(step, NOW);
    assertThat(second).isEqualTo(first);
  }

  private static Plan unlimited() {
    return new Plan("unlimited", null, null, false, new TtlBounds(60, 3_600));
  }

  private static Plan stoppedAt(long limit) {
    return new Plan("free", limit, limit, true, new TtlBounds(60, 3_600));
  }

  private static CheckLock check(String key, long ttlMs, @Nullable String attemptId) {
    return new CheckLock(
        new LockKey(1, key), new Claim(ttlMs, 42, attemptId, null, Claimants.FREE), null);
  }

  private static CheckStep step(Plan plan, CheckLock... commands) {
    return new CheckStep(1, plan, new LockRules(60_000), Arrays.asList(commands));
  }

  private Decided<List<CheckAnswer>> run(Plan plan, CheckLock... commands) {
    return rows.run(step(plan, commands), NOW);
  }

  private Counters make() {
    MonthRow row = rows.get(MONTH);
    return row == null ? Counters.NONE : row.make();
  }

  private static CheckResult result(Decided<List<CheckAnswer>> decided) {
    return result(decided.answer().getFirst());
  }

  private static CheckResult result(CheckAnswer answer) {
    return switch (answer) {
      case Checked(var result) -> result;
      case OverLimit(var limit) -> throw new AssertionError("refused: " + limit);
      case CheckAnswer.RanOut _ -> throw new AssertionError("ran out");
    };
  }
}
