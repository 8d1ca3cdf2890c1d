package dev.onceonly.core.service;

import dev.onceonly.core.Failure;
import dev.onceonly.core.account.Plan;
import dev.onceonly.core.govern.CallDocument;
import dev.onceonly.core.govern.CallDocumentKey;
import dev.onceonly.core.govern.CallDocumentKey.Kind;
import dev.onceonly.core.govern.CallId;
import dev.onceonly.core.govern.CallKey;
import dev.onceonly.core.govern.CallRow;
import dev.onceonly.core.govern.Decision;
import dev.onceonly.core.govern.GovernRules;
import dev.onceonly.core.govern.GovernRules.Verdict;
import dev.onceonly.core.govern.Reason;
import dev.onceonly.core.service.CallAnswer.Made;
import dev.onceonly.core.service.Evaluation.Outlook;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;

/// Governed tool calls: decided and reserved in one step, dispatched outside of any, settled in
/// one. Blocks its callers. Thread-safe. Commands throw the failures of
/// [dev.onceonly.core.step.Lane#run].
public final class GovernedCalls implements AutoCloseable {
  private final Store store;
  private final Parts parts;
  private final Limits limits;
  private final Places places;
  private final CallWaiters waiters;
  private final Settler settler;
  private final Dispatches dispatches;
  private final CallSweep sweep;
  private final CallRegister register;

  /// What a call needs beside the store.
  ///
  /// @param killSwitch which listens to the same store
  /// @param plans the plan of a namespace, by its id
  /// @param policyNeeded whether an agent of the namespace may do nothing without a policy
  public record Parts(
      ToolDispatcher dispatcher,
      KillSwitch killSwitch,
      ToolBody body,
      Means means,
      LongFunction<Plan> plans,
      LongPredicate policyNeeded) {}

  /// What the process has to give.
  ///
  /// @param random strong random numbers
  /// @param threads runs every task at once, on a thread of its own
  /// @param trouble told where an outcome can't be stored yet, or a call can't be taken up now: the
  ///   call's id, and why. It goes on all the same
  public record Means(
      LongSupplier random,
      Consumer<Runnable> threads,
      BiConsumer<String, RuntimeException> trouble) {}

  /// Bounds.
  ///
  /// @param waitMs how long an identical call waits for the one in flight
  /// @param replayWindowMs how long after its reservation a call's attempt id is recognised
  /// @param settleWaitMs how long a caller waits for the outcome of its call to be stored
  /// @param agentsMax agents of one namespace; a call in a further name is refused
  /// @param room for what is in flight
  public record Limits(
      long waitMs, long replayWindowMs, long settleWaitMs, long agentsMax, Room room) {
    public static final Limits DEFAULT = new Limits(10_000, 60_000, 10_000, 100_000, Room.DEFAULT);
  }

  /// Room for calls on their way.
  ///
  /// @param max in flight at a time, what has ended and is not stored yet included
  public record Room(int max, int namespaceMax, Line line) {
    public static final Room DEFAULT = new Room(256, 64, Line.DEFAULT);
  }

  /// Bounds of the line in which calls wait for a dispatch of theirs to begin.
  ///
  /// @param max calls in line
  /// @param namespaceMax of one namespace
  /// @param waitMs how long one waits at most
  public record Line(int max, int namespaceMax, long waitMs) {
    public static final Line DEFAULT = new Line(1_024, 64, 2_000);
  }

  /// Listens to the store from now on.
  public GovernedCalls(Store store, Parts parts, Limits limits) {
    this.store = store;
    this.parts = parts;
    this.limits = limits;
    Room room = limits.room();
    Line line = room.line();
    this.places =
        new Places(
            room.max(),
            room.namespaceMax(),
            new Places.Line(line.max(), line.namespaceMax(), line.waitMs()));
    this.waiters = new CallWaiters(store);
    Means means = parts.means();
    this.settler = new Settler(means.threads(), means.trouble());
    this.dispatches = new Dispatches(store, parts.dispatcher(), parts.killSwitch(), settler);
    CallSweep.Parts ofSweep =
        new CallSweep.Parts(parts.body(), this::claim, parts.plans(), means.trouble());
    this.sweep = new CallSweep(store, dispatches, places, ofSweep);
    this.register = new CallRegister(store, parts.body(), parts.plans());
    store.listen(waiters);
  }

  /// Decides the call and, where it may be done, does it: returns once the tool has answered and
  /// that is on disk.
  ///
  /// @throws Failure `TOOL_NOT_FOUND`, `KEY_REUSED`, `CALL_IN_PROGRESS`; `PLAN_LIMIT` where nobody
  ///   knows the agent and the namespace may have no further one; `OVERLOADED` where too much is in
  ///   flight: then nothing is held; and `UNKNOWN_OUTCOME` with the fact `call_id` where the call
  ///   was made and its outcome is still being stored
  public CallAnswer call(GovernedCall call) {
    DecideStep.Draft draft = draft(call);
    long namespaceId = call.asker().namespaceId();
    DecideStep.Terms terms =
        new DecideStep.Terms(
            limits.replayWindowMs(), parts.policyNeeded().test(namespaceId), limits.agentsMax());
    Instant until = store.now().plusMillis(limits.waitMs());
    boolean last = false;
    Long lookedUp = null;
    try (Places.Hold place = places.hold(namespaceId)) {
      while (true) {
        // What is not dispatched needs no place, so it is answered without one too.
        if (!call.options().dryRun()) {
          place.tryEnter();
        }
        DecideStep.Turn turn = new DecideStep.Turn(place.isHeld(), last, lookedUp);
        switch (store.run(new DecideStep(call, draft, terms, turn))) {
          case Opened.InFlight(var key, var first) -> {
            place.leave();
            last = !waiters.await(key, first, until);
            lookedUp = null;
          }
          case Opened.LookUp(long number) -> lookedUp = number;
          case Opened.NoRoom() -> {
            if (!place.enter()) {
              throw Failure.overloaded("too many calls are in flight");
            }
          }
          case Opened.Dispatch(var work) -> {
            return dispatches.carryOut(work, whom(call), place.handOver());
          }
          case Opened.Answered(var answer) -> {
            return answer;
          }
          case Opened.Repeat repeat -> {
            return repeated(namespaceId, repeat);
          }
          case Opened.Refused(var failure) -> throw failure;
        }
      }
    }
  }

  /// A run's worker waits as long as it takes: it has nobody to answer.
  private Dispatches.For whom(GovernedCall call) {
    GovernedCall.RunStep step = call.options().step();
    return new Dispatches.For(
        CallContext.of(call),
        call.asker().plan(),
        step == null ? null : (Long) step.fence(),
        step == null ? (Long) limits.settleWaitMs() : null);
  }

  private DecideStep.Draft draft(GovernedCall call) {
    HexFormat hex = HexFormat.of();
    String idempotencyKey =
        hex.toHexDigits(parts.means().random().getAsLong())
            + hex.toHexDigits(parts.means().random().getAsLong());
    String body = call.options().dryRun() ? "" : parts.body().write(call, idempotencyKey);
    return new DecideStep.Draft(call.dedupHash(), idempotencyKey, body, claim());
  }

  /// Never 0, which stands for nobody.
  private long claim() {
    return parts.means().random().getAsLong() | 1;
  }

  private CallAnswer.Decided repeated(long namespaceId, Opened.Repeat repeat) {
    CallKey key = new CallKey(namespaceId, repeat.first().callNumber());
    CallRow row = store.get(key);
    CallDocument result = store.get(new CallDocumentKey(key, Kind.RESULT));
    Made made =
        new Made(
            CallId.of(key.number()),
            row == null ? 0 : row.hold().spendNanoUsd(),
            result == null ? null : result.json(),
            repeat.replayed());
    return new CallAnswer.Decided(
        repeat.replayed() ? Decision.EXECUTED : Decision.DEDUP,
        true,
        repeat.replayed() ? Reason.OK : Reason.TOOL_IDEMPOTENCY,
        repeat.policyVersion(),
        made,
        null);
  }

  /// What would be decided, and why. Changes nothing and counts nothing.
  ///
  /// @throws Failure `TOOL_NOT_FOUND`
  public Evaluation evaluate(GovernedCall call) {
    Instant now = store.now();
    Situation.Names names = Situation.Names.of(call, call.dedupHash(), now);
    Situation situation = Situation.read(names, store::get);
    GovernRules.Facts facts =
        situation.facts(
            call.action().spendNanoUsd(),
            parts.policyNeeded().test(call.asker().namespaceId()),
            GovernRules.isLive(situation.dedup(), now));
    Verdict verdict = GovernRules.decide(facts);
    Outlook outlook =
        switch (verdict) {
          case Verdict.Go _ -> Outlook.WOULD_EXECUTE;
          case Verdict.Blocked _ -> Outlook.WOULD_BLOCK;
          case Verdict.Repeated() -> Outlook.WOULD_DEDUP;
          case Verdict.NoTool() -> throw CallRefusals.noTool(call.action().tool());
        };
    Reason reason =
        switch (verdict) {
          case Verdict.Blocked(var why) -> why;
          case Verdict.Repeated() -> Reason.TOOL_IDEMPOTENCY;
          case Verdict.Go _, Verdict.NoTool() -> Reason.OK;
        };
    return new Evaluation(
        outlook,
        reason,
        situation.policyVersion(),
        facts.costNanoUsd(),
        GovernRules.explain(facts));
  }

  /// Calls as stored.
  public CallRegister register() {
    return register;
  }

  /// As [#sweepOnce(Consumer)], one after the other on the caller's thread.
  public int sweepOnce() {
    return sweepOnce(Runnable::run);
  }

  /// Takes up calls whose claim has lapsed, at most 64: sends them once more with the same key if
  /// the tool's retries allow, or settles them as unknown.
  ///
  /// @param runner carries out the work on one call, which blocks as long as the tool does
  /// @return how many were taken up
  public int sweepOnce(Consumer<Runnable> runner) {
    return sweep.sweep(runner);
  }

  /// Lets go of what an earlier process has left in flight, so that the next sweep takes it up at
  /// once. Once, before the first call, and only where no other process has the store.
  public int releaseClaimsAtStart() {
    return sweep.releaseAll();
  }

  /// After a restore from a backup: settles everything that was in flight when the backup was made
  /// as unknown, so that nothing of it is sent by itself. Once, before the first call.
  public int suspendAtRestore() {
    return sweep.giveUpAll();
  }

  /// Callers that wait for an identical call.
  public int waiting() {
    return waiters.waiting();
  }

  /// Calls that this process has in its hands, from their claim until they are stored.
  public int inHand() {
    return settler.inHand();
  }

  /// Callers that wait in line for a dispatch of theirs to begin.
  public int inLine() {
    return places.waiting();
  }

  /// Calls that have ended and whose outcome is not stored yet.
  public int settling() {
    return settler.settling();
  }

  /// Those of them that the store has refused at least once, and that are tried again.
  public int settlingAgain() {
    return settler.refused();
  }

  /// Lets nobody wait any more. Calls in flight go on to their end.
  @Override
  public void close() {
    waiters.close();
    places.close();
  }

  /// Waits until every call in flight has ended and is stored, so long at most. What is left is
  /// given up: the next start takes it up.
  ///
  /// @return the ids of the calls that were left
  public List<String> finish(long graceMs) {
    return settler.finish(graceMs);
  }
}
