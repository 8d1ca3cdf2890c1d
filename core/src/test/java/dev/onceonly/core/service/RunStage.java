package dev.onceonly.core.service;

import dev.onceonly.core.Claim;
import dev.onceonly.core.Claimants;
import dev.onceonly.core.Failure;
import dev.onceonly.core.GrantId;
import dev.onceonly.core.account.Plan;
import dev.onceonly.core.account.Plan.TtlBounds;
import dev.onceonly.core.account.SequenceKey;
import dev.onceonly.core.account.SequenceRow;
import dev.onceonly.core.lease.AcquireLease;
import dev.onceonly.core.lease.FinishLease;
import dev.onceonly.core.lease.FinishLease.Outcome;
import dev.onceonly.core.lease.FinishResult;
import dev.onceonly.core.lease.LeaseKey;
import dev.onceonly.core.lease.LeaseRow;
import dev.onceonly.core.lease.LeaseRules;
import dev.onceonly.core.run.ActionChain;
import dev.onceonly.core.run.ActionEnd;
import dev.onceonly.core.run.ActionKey;
import dev.onceonly.core.run.ActionRow;
import dev.onceonly.core.run.ActionRow.Done;
import dev.onceonly.core.run.RunEventKey;
import dev.onceonly.core.run.RunEventRow;
import dev.onceonly.core.run.RunKey;
import dev.onceonly.core.run.RunOrder;
import dev.onceonly.core.run.TaskKey;
import dev.onceonly.core.run.TaskRow;
import dev.onceonly.core.service.RunWork.ClaimResult;
import dev.onceonly.core.service.RunWork.Ended;
import dev.onceonly.core.service.RunWork.Next;
import dev.onceonly.core.service.RunWork.Work;
import dev.onceonly.core.step.Decided;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A key, its run and its rows, on which tests of steps play client and worker.
abstract class RunStage {
  static final Instant NOW = Instant.parse("2026-11-30T10:00:00Z");
  static final LeaseKey LEASE = new LeaseKey(1, "k");
  static final TaskKey TASK = new TaskKey(1, "k");
  static final RunKey RUN = new RunKey(1, "r");
  static final LeaseRules RULES = new LeaseRules(60_000, Duration.ofDays(7).toMillis());
  static final long TTL_MS = 20_000;
  static final long CLAIM = 7;

  final MapRows rows = new MapRows();
  Instant now = NOW;

  // The token of the last grant that was asked for.
  private long token = 41;

  int keep(RunQueue.Open open) {
    return rows.run(new KeepStep(1, RULES, List.of(open)), now).answer();
  }

  void failAfterTwoOf(String... tools) {
    acquire(order(tools));
    Work work = work();
    advance(work, null, new Next.Begin(0));
    advance(work, ended(0, tools[0]), new Next.Begin(1));
    advance(work, ended(1, tools[1]), fail());
  }

  void later(long ms) {
    now = now.plusMillis(ms);
  }

  /// Ends the last grant's lease as a client does.
  FinishResult finish(Outcome outcome) {
    FinishLease command = new FinishLease(LEASE, GrantId.lease(token), outcome, Claimants.FREE);
    FinishStep.Told told = rows.run(new FinishStep(RULES, command, null), now).answer();
    if (told instanceof FinishStep.Told.OfRun(var run)) {
      told = rows.run(new FinishStep(RULES, command, run), now).answer();
    }
    if (told instanceof FinishStep.Told.Answered(var result)) {
      return result;
    }
    throw new AssertionError("asked a third time: " + told);
  }

  Decided<LeaseAnswer> acquire(RunOrder order) {
    return rows.run(acquireStep(order, true), now);
  }

  void retry(RunOrder order) {
    QueuedRun run = QueuedRun.of(LEASE, order, null);
    rows.run(new AcquireStep(unlimited(), RULES, command(true), run), now);
  }

  AcquireStep acquireStep(RunOrder order, boolean hasRoom) {
    Failure refusal = hasRoom ? null : Failure.overloaded("the queue of runs is full");
    return new AcquireStep(unlimited(), RULES, command(false), QueuedRun.of(LEASE, order, refusal));
  }

  AcquireLease command(boolean retryFailed) {
    token++;
    return new AcquireLease(
        LEASE, new Claim(TTL_MS, token, null, null, Claimants.FREE), null, retryFailed);
  }

  static Plan unlimited() {
    return new Plan("unlimited", null, null, false, new TtlBounds(60, 3_600));
  }

  static TaskRow.Plan plan(int actions) {
    return new TaskRow.Plan("r", "default", actions, false, true, "key_1");
  }

  static RunOrder order(String... tools) {
    List<ActionRow> actions = new ArrayList<>();
    String chain = ActionChain.start(false);
    for (String tool : tools) {
      chain = ActionChain.next(chain, tool, "{}", 0);
      actions.add(new ActionRow(tool, "{}", 0, chain, null));
    }
    return new RunOrder(plan(tools.length), actions, "{\"key\":\"k\"}");
  }

  static RunOrder by(String agentId, RunOrder order) {
    TaskRow.Plan plan =
        new TaskRow.Plan("r", agentId, order.plan().actions(), false, true, "key_1");
    return new RunOrder(plan, order.actions(), order.startedJson());
  }

  ClaimResult claim() {
    TaskRow seen = rows.get(TASK);
    return claim(seen == null ? new TaskRow(plan(1), 0, 42, 0, 0, 0) : seen, CLAIM, false);
  }

  ClaimResult claim(TaskRow seen, long claim, boolean alone) {
    ClaimStep.Asked asked = new ClaimStep.Asked(TASK, seen, claim, alone);
    return rows.run(new ClaimStep(RULES, asked), now).answer();
  }

  Work work() {
    if (claim() instanceof ClaimResult.Claimed(var work)) {
      return work;
    }
    throw new AssertionError("not claimed");
  }

  Decided<Boolean> advance(Work work, @Nullable Ended ended, Next next) {
    return rows.run(new AdvanceStep(RULES, work, ended, next), now);
  }

  static Ended ended(int index, String tool) {
    return new Ended(index, new ActionEnd(tool, "ok", 3, "{}", done()));
  }

  static Done done() {
    return new Done("executed", "ok", "{\"n\":1}");
  }

  static Next complete() {
    return new Next.Complete(new RunDocuments.Document("{\"r\":1}", "{\"r\":1}"), "{}");
  }

  static Next fail() {
    return new Next.Fail("tool_error", "{}", "it failed");
  }

  TaskRow task() {
    return Objects.requireNonNull(rows.get(TASK));
  }

  LeaseRow lease() {
    return Objects.requireNonNull(rows.get(LEASE));
  }

  ActionRow action(int index) {
    return Objects.requireNonNull(rows.get(new ActionKey(TASK, index)));
  }

  /// Each as type, status, step and tool.
  List<String> events() {
    SequenceRow last = rows.get(SequenceKey.EVENTS);
    List<String> events = new ArrayList<>();
    for (long id = 1; last != null && id <= last.last(); id++) {
      RunEventRow event = Objects.requireNonNull(rows.get(new RunEventKey(RUN, id)));
      RunEventRow.Labels labels = event.labels();
      String step = labels.step() == null ? "-" : labels.step();
      String tool = labels.tool() == null ? "-" : labels.tool();
      events.add(event.type() + " " + labels.status() + " " + step + " " + tool);
    }
    return events;
  }
}
