package dev.onceonly.core.service;

import dev.onceonly.core.account.SequenceKey;
import dev.onceonly.core.account.SequenceRow;
import dev.onceonly.core.govern.AgentHourRow;
import dev.onceonly.core.govern.CallDocument;
import dev.onceonly.core.govern.CallDocumentKey;
import dev.onceonly.core.govern.CallId;
import dev.onceonly.core.govern.CallKey;
import dev.onceonly.core.govern.CallRow;
import dev.onceonly.core.govern.CallState;
import dev.onceonly.core.govern.Decision;
import dev.onceonly.core.govern.DedupKey;
import dev.onceonly.core.govern.DedupRow;
import dev.onceonly.core.govern.GovernRules;
import dev.onceonly.core.govern.GovernRules.Verdict;
import dev.onceonly.core.govern.Reason;
import dev.onceonly.core.govern.ToolDayRow;
import dev.onceonly.core.govern.ToolRow;
import dev.onceonly.core.service.CallAnswer.Made;
import dev.onceonly.core.service.CallAnswer.ToolFailure;
import dev.onceonly.core.service.CallRecord.Told;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.Fact;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.step.Step;
import dev.onceonly.core.usage.DayRow;
import dev.onceonly.core.usage.FeedItem;
import dev.onceonly.core.usage.LimitReached;
import dev.onceonly.core.usage.MonthRow.Counters;
import dev.onceonly.core.usage.UsageKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decides one governed call and, where it may be done, reserves what it needs, in one atomic
/// change with its audit entry.
record DecideStep(GovernedCall call, Draft draft, Terms terms, Turn turn) implements Step<Opened> {
  private static final Counters REQUEST = new Counters(1, 0, 0, 0);
  private static final Counters OVER_LIMIT = new Counters(1, 0, 1, 0);
  private static final DayRow.Ai DAY_REQUEST = new DayRow.Ai(1, 0, 0, 0, 0, 0);
  private static final DayRow.Ai DAY_OVER_LIMIT = new DayRow.Ai(1, 0, 0, 0, 0, 1);
  private static final DayRow.Tools BLOCKED = new DayRow.Tools(0, 1, 0, 0, 0);
  private static final DayRow.Tools DEDUP = new DayRow.Tools(0, 0, 1, 0, 0);
  private static final DayRow.Tools ERROR = new DayRow.Tools(0, 0, 0, 1, 0);

  /// What is random about a call, made before the step, and what hangs on it.
  ///
  /// @param bodyJson for the tool; empty in a dry run
  record Draft(String dedupHash, String idempotencyKey, String bodyJson, long claim) {}

  /// What settings say.
  ///
  /// @param agentsMax agents that a namespace may have
  record Terms(long replayWindowMs, boolean policyNeeded, long agentsMax) {}

  /// How often the call has been here.
  ///
  /// @param room whether a dispatch may begin
  /// @param last whether there is no more waiting for a call in flight
  /// @param lookedUp the number of the call that the last turn asked for
  record Turn(boolean room, boolean last, @Nullable Long lookedUp) {}

  @Override
  public long namespaceId() {
    return call.asker().namespaceId();
  }

  @Override
  public Collection<? extends RowKey<?>> reads(Instant now) {
    List<RowKey<?>> keys = new ArrayList<>(19);
    keys.addAll(Situation.Names.of(call, draft.dedupHash(), now).all());
    keys.addAll(CallRecord.reads(CallContext.of(call), now));
    keys.add(SequenceKey.CALLS);
    keys.add(KnownAgents.total(namespaceId()));
    DedupKey formerKey = Earlier.formerKey(call);
    if (formerKey != null) {
      keys.add(formerKey);
    }
    if (turn.lookedUp() != null) {
      keys.add(new CallKey(namespaceId(), turn.lookedUp()));
    }
    return keys;
  }

  @Override
  public Decided<Opened> decide(Rows rows, Instant now) {
    return new Deciding(rows, now).decide();
  }

  /// One run of `decide`.
  private final class Deciding {
    private final Rows rows;
    private final Instant now;
    private final Situation situation;
    private final KnownAgents agents;
    private final Earlier earlier;
    private final CallRecord record;
    private final List<Change<?>> changes = new ArrayList<>(14);
    private final List<Fact> facts = new ArrayList<>(1);

    Deciding(Rows rows, Instant now) {
      this.rows = rows;
      this.now = now;
      this.situation = Situation.read(Situation.Names.of(call, draft.dedupHash(), now), rows);
      this.agents = new KnownAgents(situation.names().agent(), rows);
      this.earlier = Earlier.find(call, situation, rows, turn.lookedUp(), now);
      this.record = new CallRecord(CallContext.of(call), rows, now);
    }

    Decided<Opened> decide() {
      if (call.options().dryRun()) {
        return dryRun();
      }
      DedupRow first = earlier.row();
      if (first != null && earlier.toLookUp()) {
        return Decided.unchanged(new Opened.LookUp(first.callNumber()));
      }
      if (first != null && isReplay(first)) {
        return replay(first);
      }
      LimitReached limit = record.meter.limitReached(call.asker().plan(), UsageKind.AI);
      if (limit != null && !inRun()) {
        return overLimit(limit);
      }
      CallRow unknown = unknownCall(first);
      Verdict verdict = verdict(isRepeated(first, unknown));
      if (isOneTooMany(verdict)) {
        countRequest();
        return saved(CallRefusals.tooManyAgents(terms.agentsMax()));
      }
      return switch (verdict) {
        case Verdict.Go(long cost) ->
            turn.room() ? reserve(cost) : Decided.unchanged(new Opened.NoRoom());
        case Verdict.Blocked(var reason) -> blocked(reason);
        case Verdict.NoTool() -> withoutTool();
        case Verdict.Repeated() -> repeated(first, unknown);
      };
    }

    private Verdict verdict(boolean repeated) {
      return GovernRules.decide(
          situation.facts(call.action().spendNanoUsd(), terms.policyNeeded(), repeated));
    }

    /// A tool that is not there makes no agent known, so it needs no room for one.
    private boolean isOneTooMany(Verdict verdict) {
      return !(verdict instanceof Verdict.NoTool) && !agents.hasRoom(terms.agentsMax());
    }

    /// The call itself, asking again because its answer was lost. After a 502 it is a later one.
    private boolean isReplay(DedupRow first) {
      String attemptId = call.options().attemptId();
      return attemptId != null
          && attemptId.equals(first.attemptId())
          && first.state() != CallState.UNKNOWN
          && now.toEpochMilli() < first.createdAtMs() + terms.replayWindowMs();
    }

    private Decided<Opened> replay(DedupRow first) {
      if (!first.argsHash().equals(call.action().argsHash())) {
        return keyReused(first);
      }
      if (first.state() == CallState.RESERVED) {
        return inFlight(first);
      }
      countRequest();
      return saved(new Opened.Repeat(first, true, situation.policyVersion()));
    }

    private Decided<Opened> overLimit(LimitReached limit) {
      record.meter.addAi(OVER_LIMIT, DAY_OVER_LIMIT);
      facts.add(
          new FeedItem(namespaceId(), now.toEpochMilli(), FeedItem.Type.OVER_LIMIT, null, null));
      return saved(new Opened.Answered(new CallAnswer.OverLimit(limit)));
    }

    /// The unknown call that the dedup entry leads to, once its row has been asked for. It is taken
    /// up by its own agent only.
    private @Nullable CallRow unknownCall(@Nullable DedupRow first) {
      Long number = turn.lookedUp();
      if (first == null || number == null || first.callNumber() != number) {
        return null;
      }
      CallRow row = rows.get(new CallKey(namespaceId(), number));
      return row != null
              && row.state() == CallState.UNKNOWN
              && row.asked().agentId().equals(call.asker().agentId())
          ? row
          : null;
    }

    /// An entry that leads to a call which is no longer there speaks for nobody.
    private boolean isRepeated(@Nullable DedupRow first, @Nullable CallRow unknown) {
      if (first == null || !GovernRules.isLive(first, now)) {
        return false;
      }
      boolean lookedUp = turn.lookedUp() != null && first.callNumber() == turn.lookedUp();
      return first.state() != CallState.UNKNOWN || !lookedUp || unknown != null;
    }

    private Decided<Opened> reserve(long cost) {
      SequenceRow last = rows.get(SequenceKey.CALLS);
      CallKey key = new CallKey(namespaceId(), last == null ? 1 : last.last() + 1);
      CallRow row = CallRows.fresh(call, draft, situation, cost, now);
      changes.add(new Change<>(SequenceKey.CALLS, new SequenceRow(key.number())));
      changes.add(
          new Change<>(
              new CallDocumentKey(key, CallDocumentKey.Kind.BODY),
              new CallDocument(draft.bodyJson())));
      Situation.Names names = situation.names();
      Situation.Figures figures = situation.figures();
      changes.add(new Change<>(names.hour(), new AgentHourRow(figures.hour().actions() + 1)));
      changes.add(new Change<>(names.day(), figures.day().plusReserved(cost)));
      changes.add(new Change<>(names.toolDay(), new ToolDayRow(figures.toolDay().calls() + 1)));
      return dispatch(situation.names().dedup(), key, row, tool(), draft.bodyJson());
    }

    /// The same row, key and reservation once more. The caller has all of the tool's retries again:
    /// the dispatcher is told of one earlier attempt, which makes nothing certain, and gets one
    /// retry for it.
    private Decided<Opened> reclaim(long number, CallRow unknown) {
      CallRow row = CallRows.again(unknown, draft.claim(), tool(), now).with(CallRow.Ending.OPEN);
      ToolRow tool = CallRows.withOneMoreRetry(tool());
      return dispatch(earlier.key(), new CallKey(namespaceId(), number), row, tool, null);
    }

    private Decided<Opened> dispatch(
        DedupKey dedup, CallKey key, CallRow row, ToolRow tool, @Nullable String bodyJson) {
      changes.add(new Change<>(key, row));
      changes.add(
          new Change<>(
              dedup,
              new DedupRow(
                  key.number(),
                  CallState.RESERVED,
                  call.action().argsHash(),
                  call.options().attemptId(),
                  now.toEpochMilli(),
                  Long.MAX_VALUE)));
      countRequest();
      record.log(told(Decision.RESERVED, true, Reason.OK, Told.made(key, row)), null);
      record.started(null);
      return saved(
          new Opened.Dispatch(
              new Opened.Work(
                  new Opened.Claimed(key, row, situation.policyVersion(), now.toEpochMilli()),
                  tool,
                  bodyJson,
                  bodyJson == null ? 1 : 0)));
    }

    private Decided<Opened> blocked(Reason reason) {
      Told told = told(Decision.BLOCKED, false, reason, null);
      countRequest();
      record.meter.addTools(BLOCKED);
      changes.add(new Change<>(situation.names().day(), situation.figures().day().plusBlocked()));
      facts.add(record.blocked(told));
      return answered(told, "blocked", null);
    }

    private Decided<Opened> withoutTool() {
      countRequest();
      record.started(null);
      record.endedWithoutTool();
      return saved(CallRefusals.noTool(call));
    }

    private Decided<Opened> repeated(@Nullable DedupRow first, @Nullable CallRow unknown) {
      if (first == null) {
        throw new IllegalStateException("a repeated call has a first one");
      }
      if (!first.argsHash().equals(call.action().argsHash())) {
        return keyReused(first);
      }
      return switch (first.state()) {
        case RESERVED -> inFlight(first);
        case UNKNOWN ->
            unknown == null
                ? Decided.unchanged(new Opened.LookUp(first.callNumber()))
                : stillUnknown(first.callNumber(), unknown);
        case EXECUTED -> {
          countRequest();
          record.meter.addTools(DEDUP);
          Told told = told(Decision.DEDUP, true, Reason.TOOL_IDEMPOTENCY, madeBefore(first));
          record.log(told, null);
          record.started(null);
          record.ended("dedup", told, null, null);
          yield saved(new Opened.Repeat(first, false, situation.policyVersion()));
        }
        case FAILED -> throw new IllegalStateException("a failed call leaves no dedup entry");
      };
    }

    /// What an executed call has spent is in its row; the repeat spends nothing.
    private Made madeBefore(DedupRow first) {
      return new Made(CallId.of(first.callNumber()), 0, null, false);
    }

    private Decided<Opened> stillUnknown(long number, CallRow unknown) {
      boolean sameTool =
          situation.tool().key().scopeId().equals(unknown.asked().scopeId())
              && tool().binding().equals(unknown.delivery().toolBinding());
      if (sameTool) {
        return turn.room() ? reclaim(number, unknown) : Decided.unchanged(new Opened.NoRoom());
      }
      Made made = Told.made(new CallKey(namespaceId(), number), unknown);
      Told told = told(Decision.UNKNOWN, true, Reason.TOOL_ERROR, made);
      countRequest();
      record.meter.addTools(ERROR);
      String message = "the tool has changed since it was called, so it is not called again";
      return answered(told, "unknown", new ToolFailure(unknown.ending().statusCode(), message));
    }

    private Decided<Opened> inFlight(DedupRow first) {
      if (!turn.last()) {
        return Decided.unchanged(new Opened.InFlight(earlier.key(), first));
      }
      countRequest();
      return saved(CallRefusals.inProgress(first));
    }

    private Decided<Opened> keyReused(DedupRow first) {
      countRequest();
      return saved(CallRefusals.keyReused(call, first));
    }

    private Decided<Opened> dryRun() {
      Verdict verdict = verdict(GovernRules.isLive(earlier.row(), now));
      if (isOneTooMany(verdict)) {
        return Decided.unchanged(CallRefusals.tooManyAgents(terms.agentsMax()));
      }
      Told told =
          switch (verdict) {
            case Verdict.Go _ -> told(Decision.DRY_RUN, true, Reason.OK, null);
            case Verdict.Repeated() -> told(Decision.DRY_RUN, true, Reason.TOOL_IDEMPOTENCY, null);
            case Verdict.Blocked(var reason) -> told(Decision.DRY_RUN, false, reason, null);
            case Verdict.NoTool() -> null;
          };
      if (told == null) {
        record.started(null);
        record.endedWithoutTool();
        record.saveLogInto(changes);
        return new Decided<>(CallRefusals.noTool(call), changes, facts, null);
      }
      record.log(told, null);
      record.started(null);
      record.ended(told.allowed() ? "ok" : "blocked", told, null, null);
      agents.seen(now, record.hasLogged(), changes);
      record.saveLogInto(changes);
      return new Decided<>(new Opened.Answered(told.answer(null)), changes, facts, null);
    }

    /// Tells, logs and answers what was decided without a dispatch.
    private Decided<Opened> answered(Told told, String status, @Nullable ToolFailure failure) {
      String message = failure == null ? null : failure.message();
      record.log(told, message);
      record.started(null);
      record.ended(status, told, null, message);
      return saved(new Opened.Answered(told.answer(failure)));
    }

    private Decided<Opened> saved(Opened opened) {
      agents.seen(now, record.hasLogged(), changes);
      record.saveInto(changes);
      return new Decided<>(opened, changes, facts, null);
    }

    private void countRequest() {
      if (!inRun()) {
        record.meter.addAi(REQUEST, DAY_REQUEST);
      }
    }

    private boolean inRun() {
      return call.options().step() != null;
    }

    private ToolRow tool() {
      return situation.tool().required();
    }

    private Told told(Decision decision, boolean allowed, Reason reason, @Nullable Made made) {
      return new Told(decision, allowed, reason, situation.policyVersion(), made);
    }
  }
}
