package dev.onceonly.core.service;

import dev.onceonly.core.Claimant;
import dev.onceonly.core.GrantId;
import dev.onceonly.core.lease.FinishLease;
import dev.onceonly.core.lease.FinishLease.Outcome;
import dev.onceonly.core.lease.FinishResult;
import dev.onceonly.core.lease.LeaseRow;
import dev.onceonly.core.lease.LeaseRules;
import dev.onceonly.core.notify.MailKey;
import dev.onceonly.core.run.ActionEnd;
import dev.onceonly.core.run.ActionKey;
import dev.onceonly.core.run.ActionRow;
import dev.onceonly.core.run.RunEventRow.Ids;
import dev.onceonly.core.run.RunEvents;
import dev.onceonly.core.run.RunKey;
import dev.onceonly.core.run.TaskRow;
import dev.onceonly.core.service.RunWork.Ended;
import dev.onceonly.core.service.RunWork.Next;
import dev.onceonly.core.service.RunWork.Work;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.Fact;
import dev.onceonly.core.step.Passage;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.step.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Moves one run on: what has ended is recorded, and what follows begins or ends with it, all at
/// once. The answer is whether the run is still the worker's; if not, only what has ended is
/// recorded, because the tool has seen it.
record AdvanceStep(LeaseRules rules, Work work, @Nullable Ended ended, Next next)
    implements Step<Boolean> {

  @Override
  public long namespaceId() {
    return work.key().namespaceId();
  }

  @Override
  public Passage passage() {
    return Passage.FREE;
  }

  @Override
  public Collection<? extends RowKey<?>> reads(Instant now) {
    List<RowKey<?>> keys = new ArrayList<>();
    keys.add(work.key());
    keys.add(ClaimStep.lease(work.key()));
    keys.addAll(TimelineWriter.reads(run()));
    if (ended != null) {
      keys.add(new ActionKey(work.key(), ended.index()));
    }
    keys.addAll(
        switch (next) {
          case Next.Begin _, Next.Release _ -> List.<RowKey<?>>of();
          case Next.Complete _ -> UsageMeter.reads(namespaceId(), now);
          case Next.Fail _ -> {
            List<RowKey<?>> usage = new ArrayList<>(UsageMeter.reads(namespaceId(), now));
            usage.add(mail(now));
            yield usage;
          }
        });
    return keys;
  }

  @Override
  public Decided<Boolean> decide(Rows rows, Instant now) {
    List<Change<?>> changes = new ArrayList<>();
    List<Fact> facts = new ArrayList<>(1);
    TimelineWriter timeline = new TimelineWriter(run(), rows);
    boolean done = ended != null && record(ended, rows, timeline, now, changes);
    TaskRow task = rows.get(work.key());
    LeaseRow lease = rows.get(ClaimStep.lease(work.key()));
    boolean ours =
        task != null
            && task.claim() == work.claim()
            && task.leaseToken() == work.task().leaseToken()
            && lease != null
            && ClaimStep.isOwn(task, lease);
    if (task != null && lease != null && ours) {
      TaskRow moved = ended == null || !done ? task : task.advancedTo(ended.index() + 1);
      switch (next) {
        case Next.Begin(int index) -> {
          begin(index, timeline, now);
          long until = now.toEpochMilli() + RunWork.CLAIM_MS;
          changes.add(new Change<>(work.key(), moved.claimedBy(work.claim(), until)));
        }
        case Next.Release _ -> changes.add(new Change<>(work.key(), moved.claimedBy(0, 0)));
        case Next.Complete(var result, var data) ->
            finish(
                new Outcome.Complete(result.json(), result.canonicalJson(), null),
                new End(lease, data, timeline, facts),
                rows,
                now,
                changes);
        case Next.Fail(var errorCode, var data, var text) -> {
          finish(
              new Outcome.Fail(errorCode, null),
              new End(lease, data, timeline, facts),
              rows,
              now,
              changes);
          MailWriter.write(mail(now), text, rows, now, changes);
        }
      }
    }
    timeline.saveInto(changes);
    return new Decided<>(ours, changes, facts, null);
  }

  /// Records an end, unless that was done before this step was run again. An action that a newer
  /// run has replaced keeps the newer one's state.
  ///
  /// @return whether the action is done
  private boolean record(
      Ended end, Rows rows, TimelineWriter timeline, Instant now, List<Change<?>> changes) {
    ActionEnd how = end.how();
    ActionKey key = new ActionKey(work.key(), end.index());
    ActionRow stored = rows.get(key);
    ActionRow mine = work.actions().get(end.index());
    boolean same =
        stored != null
            && stored.chainHash().equals(mine.chainHash())
            && Objects.equals(stored.origin(), mine.origin());
    ActionRow.Done done = how.done();
    if (stored != null && same && stored.done() != null) {
      return true;
    }
    timeline.append(RunEvents.toolResult(end.index(), how, ids(), now));
    if (stored != null && same && done != null) {
      changes.add(new Change<>(key, stored.finished(done)));
    }
    return done != null;
  }

  private void begin(int index, TimelineWriter timeline, Instant now) {
    String tool = work.actions().get(index).tool();
    timeline.append(RunEvents.agentStep(index, tool, ids(), now));
    timeline.append(RunEvents.toolCall(index, tool, ids(), now));
  }

  /// What the end of the run goes into.
  private record End(LeaseRow lease, String dataJson, TimelineWriter timeline, List<Fact> facts) {}

  private void finish(Outcome outcome, End end, Rows rows, Instant now, List<Change<?>> changes) {
    FinishLease command =
        new FinishLease(
            ClaimStep.lease(work.key()),
            GrantId.lease(end.lease.grant().token()),
            outcome,
            Claimant.SERVER);
    if (!(rules.finish(end.lease, command, now) instanceof FinishResult.Finished(var finished))) {
      throw new IllegalStateException("the lease of an open run can be finished");
    }
    end.facts.add(LeaseEnd.save(command, finished, rows, now, changes));
    changes.add(new Change<TaskRow>(work.key(), null));
    boolean failed = outcome instanceof Outcome.Fail;
    end.timeline.append(RunEvents.finished(failed, runIds(), null, end.dataJson, now));
  }

  private RunKey run() {
    return new RunKey(namespaceId(), work.task().plan().runId());
  }

  /// What an action's events carry.
  private Ids ids() {
    return new Ids(null, null, work.task().plan().agentId());
  }

  /// What the run's own events carry.
  private Ids runIds() {
    String leaseId = GrantId.lease(work.lease().grant().token());
    return new Ids(null, leaseId, work.task().plan().agentId());
  }

  private MailKey mail(Instant now) {
    String runId = work.task().plan().runId();
    return MailWriter.key(namespaceId(), MailKey.Kind.RUN_FAILURE, runId, now);
  }
}
