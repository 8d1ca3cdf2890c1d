package dev.onceonly.core.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.core.Claimants;
import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.core.GrantId;
import dev.onceonly.core.lease.ExtendLease;
import dev.onceonly.core.lease.ExtendResult;
import dev.onceonly.core.lease.FinishLease.Outcome;
import dev.onceonly.core.lease.LeaseRow;
import dev.onceonly.core.run.ActionChain;
import dev.onceonly.core.run.ActionKey;
import dev.onceonly.core.run.ActionRow;
import dev.onceonly.core.run.RunOrder;
import dev.onceonly.core.run.TaskKey;
import dev.onceonly.core.run.TaskRow;
import dev.onceonly.core.service.RunWork.ClaimResult;
import dev.onceonly.core.service.RunWork.Next;
import dev.onceonly.core.service.RunWork.Work;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What queueing a keyed run, extending and ending it from outside read, change and answer.
final class QueuedRunTest extends RunStage {
  @Test
  void aGrantQueuesTheRunAndItsActionsAndTellsTheTimeline() {
    Decided<LeaseAnswer> decided = acquire(order("a", "b"));

    assertThat(task()).isEqualTo(new TaskRow(plan(2), NOW.toEpochMilli(), 42, 0, 0, 0));
    assertThat(action(0).tool()).isEqualTo("a");
    assertThat(action(1).done()).isNull();
    assertThat(events()).containsExactly("run_started in_progress - -");
    assertThat(lease().version()).isEqualTo(1);
    assertThat(decided.validUntil()).as("the worker keeps it alive").isNull();
  }

  @Test
  void whoDoesNotAcquireQueuesNothing() {
    acquire(order("a"));
    Decided<LeaseAnswer> decided = acquire(order("b"));

    assertThat(MapRows.keys(decided)).noneMatch(key -> key instanceof TaskKey);
    assertThat(action(0).tool()).isEqualTo("a");
    assertThat(events()).hasSize(1);
  }

  @Test
  void aFullQueueGrantsNothing() {
    assertThatThrownBy(() -> rows.run(acquireStep(order("a"), false), NOW))
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.code()).isEqualTo(ErrorCode.OVERLOADED));
    assertThat(rows.get(LEASE)).isNull();
  }

  @Test
  void anExtendFromOutsideMovesNothingWhileTheRunIsOpen() {
    acquire(order("a"));
    LeaseRow before = lease();
    later(1_000);

    ExtendLease command = new ExtendLease(LEASE, GrantId.lease(42), 90_000L, Claimants.FREE);
    ExtendResult told = rows.run(new ExtendStep(RULES, command), now).answer();

    assertThat(told).isEqualTo(new ExtendResult.Extended(before));
    assertThat(lease()).isEqualTo(before);
  }

  @Test
  void aClientsCancelEndsAQueuedRunWithItsTimeline() {
    acquire(order("a"));

    finish(Outcome.Fail.canceled("enough"));

    assertThat(rows.get(TASK)).isNull();
    assertThat(events()).last().isEqualTo("run_finished failed - -");
    assertThat(Objects.requireNonNull(lease().ending()).errorCode()).isEqualTo("canceled:enough");
    assertThat(claim()).isInstanceOf(ClaimResult.Gone.class);
  }

  @Test
  void aRerunKeepsWhatIsDoneWhereTheActionsAreTheSameUpToIt() {
    failAfterTwoOf("a", "b", "c");

    retry(order("a", "b", "x"));

    assertThat(task().next()).isEqualTo(2);
    assertThat(action(0).done()).isEqualTo(done());
    assertThat(action(1).done()).isEqualTo(done());
    ActionRow asked = order("a", "b", "x").actions().get(2);
    assertThat(action(2)).isEqualTo(asked.of(new ActionRow.Origin("default", NOW.toEpochMilli())));
    assertThat(task().leaseToken()).isEqualTo(43);
  }

  @Test
  void aRerunByAnotherAgentDoesEverythingItself() {
    failAfterTwoOf("a", "b");

    retry(by("other", order("a", "b")));

    assertThat(action(0).done()).isNull();
    assertThat(action(1).done()).isNull();
    assertThat(task().next()).isZero();
    assertThat(action(0).origin()).isEqualTo(new ActionRow.Origin("other", NOW.toEpochMilli()));
  }

  @Test
  void whatARunOfAForgottenKeyHasDoneCountsForNothing() {
    failAfterTwoOf("a", "b");
    later(Duration.ofDays(8).toMillis());

    acquire(order("a"));
    advance(work(), null, fail());
    later(1);
    retry(order("a", "b"));

    assertThat(action(0).done()).isNull();
    assertThat(action(1).done()).as("left over from before").isNull();
    assertThat(action(0).origin())
        .as("remembered since the first grant after it was forgotten")
        .isEqualTo(new ActionRow.Origin("default", now.toEpochMilli() - 1));
  }

  @Test
  void whatAForgottenKeyHasLeftDoesNotOutliveAGrantWithoutActions() {
    failAfterTwoOf("a", "b");
    later(Duration.ofDays(8).toMillis());
    rows.run(new AcquireStep(unlimited(), RULES, command(false), null), now);
    finish(Outcome.Fail.canceled(null));
    later(1);

    retry(order("a", "b"));

    assertThat(action(0).done()).isNull();
    assertThat(action(1).done()).isNull();
    assertThat(action(0).origin()).isEqualTo(new ActionRow.Origin("default", now.toEpochMilli()));
  }

  @Test
  void aKeyIsRememberedSinceItsFirstRunWhateverCameBetween() {
    failAfterTwoOf("a", "b");
    for (RunOrder between : List.of(order("c"), by("other", order("d")), order())) {
      later(Duration.ofDays(6).toMillis());
      retry(between);
      advance(work(), null, fail());
    }
    retry(order("a", "b"));
    assertThat(action(1).origin()).isEqualTo(new ActionRow.Origin("default", NOW.toEpochMilli()));
  }

  @Test
  void theLateEndOfAnAgentsActionIsNotAnothersResult() {
    acquire(order("a"));
    Work work = work();
    advance(work, null, new Next.Begin(0));
    finish(Outcome.Fail.canceled(null));
    retry(by("other", order("a")));

    advance(work, ended(0, "a"), complete());

    assertThat(action(0).done()).isNull();
    assertThat(events()).contains("tool_result ok step_1 a");
  }

  @Test
  void whatWasDoneBeforeOriginsWereKeptIsAskedAbout() {
    failAfterTwoOf("a", "b");
    ActionRow first = action(0);
    ActionRow ofBefore = new ActionRow("a", "{}", 0, first.chainHash(), first.done());
    rows.put(new Change<>(new ActionKey(TASK, 0), ofBefore));

    retry(order("a", "b"));

    assertThat(action(0).done()).isNull();
    assertThat(action(0).origin()).isEqualTo(new ActionRow.Origin("default", 0));
  }

  @Test
  void aRerunThatDiffersEarlyDoesEverythingFromThereOn() {
    failAfterTwoOf("a", "b", "c");

    retry(order("x", "b", "c"));

    assertThat(task().next()).isZero();
    assertThat(action(0).done()).isNull();
    assertThat(action(1).done()).isNull();
  }

  @Test
  void aForgottenKeysActionsAreDoneAgain() {
    failAfterTwoOf("a", "b", "c");
    later(Duration.ofDays(7).toMillis());

    acquire(order("a", "b", "c"));

    assertThat(task().next()).isZero();
    assertThat(action(0).done()).isNull();
  }

  @Test
  void whatAKeyDidIsDoneAgainUnderNoOtherChain() {
    String first = ActionChain.next(ActionChain.start(false), "a", "{}", 0);
    assertThat(first).matches("[0-9a-f]{64}");
    assertThat(
            List.of(
                ActionChain.next(ActionChain.start(true), "a", "{}", 0),
                ActionChain.next(ActionChain.start(false), "b", "{}", 0),
                ActionChain.next(ActionChain.start(false), "a", "{\"n\":1}", 0),
                ActionChain.next(ActionChain.start(false), "a", "{}", 1),
                ActionChain.next(first, "a", "{}", 0)))
        .doesNotContain(first)
        .doesNotHaveDuplicates();
  }
}
