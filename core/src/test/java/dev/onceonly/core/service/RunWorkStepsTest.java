package dev.onceonly.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.GrantId;
import dev.onceonly.core.lease.FinishLease.Outcome;
import dev.onceonly.core.lease.LeaseDocument;
import dev.onceonly.core.lease.LeaseDocumentKey;
import dev.onceonly.core.lease.LeaseRow;
import dev.onceonly.core.notify.MailKey;
import dev.onceonly.core.run.TaskRow;
import dev.onceonly.core.service.RunWork.ClaimResult;
import dev.onceonly.core.service.RunWork.Next;
import dev.onceonly.core.service.RunWork.Work;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.usage.FeedItem;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What claiming, keeping, moving on and ending a keyed run change, tell and answer.
final class RunWorkStepsTest extends RunStage {
  @Test
  void aClaimIsForOneWorkerUntilItLapsesUnlessItIsAlone() {
    acquire(order("a"));
    TaskRow seen = task();
    assertThat(claim()).isInstanceOf(ClaimResult.Claimed.class);
    assertThat(task().claimUntilMs()).isEqualTo(NOW.toEpochMilli() + RunWork.CLAIM_MS);

    assertThat(claim(seen, 9, false)).isInstanceOf(ClaimResult.Taken.class);
    assertThat(claim(seen, 9, true)).isInstanceOf(ClaimResult.Claimed.class);
    assertThat(task().claim()).isEqualTo(9);
    later(RunWork.CLAIM_MS - 1);
    assertThat(claim(seen, 11, false)).isInstanceOf(ClaimResult.Taken.class);
    later(1);
    assertThat(claim(seen, 11, false)).isInstanceOf(ClaimResult.Claimed.class);
  }

  @Test
  void aClaimExtendsALeaseOfWhichHalfIsOver() {
    acquire(order("a"));
    later(TTL_MS / 2 - 1);
    work();
    assertThat(lease().version()).isEqualTo(1);

    acquireAnotherClaim(TTL_MS / 2);
    assertThat(lease().version()).isEqualTo(2);
    assertThat(lease().expiresAtMs()).isEqualTo(now.toEpochMilli() + TTL_MS);
  }

  private void acquireAnotherClaim(long sinceStartMs) {
    now = NOW.plusMillis(sinceStartMs);
    assertThat(claim(task(), 9, true)).isInstanceOf(ClaimResult.Claimed.class);
  }

  @Test
  void aRunWhoseKeyAnotherHasAcquiredIsTakenOutOfTheQueue() {
    acquire(order("a"));
    TaskRow seen = task();
    later(TTL_MS);
    rows.run(new AcquireStep(unlimited(), RULES, command(false), null), now);

    assertThat(claim(seen, CLAIM, true)).isInstanceOf(ClaimResult.Gone.class);
    assertThat(rows.get(TASK)).isNull();
    assertThat(lease().ending()).isNull();
  }

  @Test
  void aWholeRunIsRecordedStepByStep() {
    acquire(order("a", "b"));
    Work work = work();
    assertThat(advance(work, null, new Next.Begin(0)).answer()).isTrue();
    assertThat(advance(work, ended(0, "a"), new Next.Begin(1)).answer()).isTrue();
    assertThat(task().next()).isEqualTo(1);
    Decided<Boolean> decided = advance(work, ended(1, "b"), complete());

    assertThat(decided.answer()).isTrue();
    assertThat(decided.facts())
        .isEqualTo(
            List.of(
                new FeedItem(
                    1, NOW.toEpochMilli(), FeedItem.Type.AI_COMPLETED, "k", GrantId.lease(42))));
    assertThat(events())
        .containsExactly(
            "run_started in_progress - -",
            "agent_step start step_1 a",
            "tool_call start step_1 a",
            "tool_result ok step_1 a",
            "agent_step start step_2 b",
            "tool_call start step_2 b",
            "tool_result ok step_2 b",
            "run_finished completed - -");
    assertThat(rows.get(TASK)).isNull();
    assertThat(lease().ending()).isNotNull();
    assertThat(rows.get(new LeaseDocumentKey(LEASE, LeaseDocumentKey.Kind.RESULT)))
        .isEqualTo(new LeaseDocument("{\"r\":1}"));
    assertThat(action(1).done()).isEqualTo(done());
  }

  @Test
  void aRunThatIsLostMovesNoMoreButRecordsWhatTheToolHasSeen() {
    acquire(order("a", "b"));
    Work work = work();
    advance(work, null, new Next.Begin(0));
    finish(Outcome.Fail.canceled(null));
    LeaseRow canceled = lease();

    Decided<Boolean> decided = advance(work, ended(0, "a"), new Next.Begin(1));

    assertThat(decided.answer()).isFalse();
    assertThat(lease()).isEqualTo(canceled);
    assertThat(rows.get(TASK)).isNull();
    assertThat(action(0).done()).isEqualTo(done());
    assertThat(events()).last().isEqualTo("tool_result ok step_1 a");
  }

  @Test
  void aFormerWorkerCanNeitherMoveOnNorEndTheRun() {
    acquire(order("a"));
    Work former = work();
    claim(task(), 9, true);

    for (Next next : List.of(new Next.Begin(0), complete(), fail(), new Next.Release())) {
      assertThat(advance(former, null, next).answer()).isFalse();
    }
    assertThat(task().claim()).isEqualTo(9);
    assertThat(lease().ending()).isNull();
  }

  @Test
  void anEndIsRecordedOnceHoweverOftenItIsSaid() {
    acquire(order("a"));
    Work work = work();
    advance(work, null, new Next.Begin(0));
    advance(work, ended(0, "a"), new Next.Release());
    advance(work, ended(0, "a"), new Next.Release());

    assertThat(events().stream().filter("tool_result ok step_1 a"::equals)).hasSize(1);
    assertThat(task().claim()).isZero();
    assertThat(task().next()).isEqualTo(1);
  }

  @Test
  void aFailedRunIsMailedOnceAnHour() {
    acquire(order("a"));
    advance(work(), null, fail());
    MailKey mail =
        new MailKey(1, MailKey.Kind.RUN_FAILURE, "r", (int) (NOW.getEpochSecond() / 3_600));

    assertThat(Objects.requireNonNull(rows.get(mail)).text()).isEqualTo("it failed");
    assertThat(Objects.requireNonNull(lease().ending()).errorCode()).isEqualTo("tool_error");
    assertThat(events()).last().isEqualTo("run_finished failed - -");
    retry(order("a"));
    Decided<Boolean> again = advance(work(), null, fail());
    assertThat(MapRows.keys(again)).doesNotContain(mail);
  }

  @Test
  void leasesAndClaimsAreRenewedAndOrphansForgotten() {
    acquire(order("a"));
    work();
    RunQueue.Open open = new RunQueue.Open(TASK, task());
    later(TTL_MS / 2);

    assertThat(keep(open)).isEqualTo(1);
    assertThat(lease().expiresAtMs()).isEqualTo(now.toEpochMilli() + TTL_MS);
    assertThat(task().claimUntilMs()).isEqualTo(now.toEpochMilli() + RunWork.CLAIM_MS);

    later(TTL_MS);
    rows.run(new AcquireStep(unlimited(), RULES, command(false), null), now);
    assertThat(keep(open)).isZero();
    assertThat(rows.get(TASK)).isNull();
  }

  @Test
  void aClaimOfAnotherIsNotRenewed() {
    acquire(order("a"));
    RunQueue.Open waiting = new RunQueue.Open(TASK, task());
    work();
    long until = task().claimUntilMs();
    later(TTL_MS / 2);

    assertThat(keep(waiting)).isEqualTo(1);
    assertThat(task().claimUntilMs()).isEqualTo(until);
    assertThat(lease().version()).isEqualTo(2);
  }
}
