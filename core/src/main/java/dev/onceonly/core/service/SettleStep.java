package dev.onceonly.core.service;

import dev.onceonly.core.account.Plan;
import dev.onceonly.core.govern.CallRow;
import dev.onceonly.core.govern.CallState;
import dev.onceonly.core.govern.Decision;
import dev.onceonly.core.govern.Reason;
import dev.onceonly.core.notify.MailKey;
import dev.onceonly.core.service.CallAnswer.Made;
import dev.onceonly.core.service.CallAnswer.ToolFailure;
import dev.onceonly.core.service.CallRecord.Told;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.Fact;
import dev.onceonly.core.step.Passage;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.step.Step;
import dev.onceonly.core.usage.DayRow;
import dev.onceonly.core.usage.MonthRow.Counters;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Settles a dispatched call, by compare-and-set on its claim. Its answer is empty where the claim
/// was lost: then nothing has changed.
record SettleStep(Opened.Claimed call, CallContext context, Plan plan, Ended ended)
    implements Step<Optional<CallAnswer.Decided>> {

  /// How a call that the switch has stopped is written down.
  static final String AGENT_DISABLED = "agent_disabled";

  /// A step of a keyed run stays executed longer than the window of most plans: after a crash its
  /// worker asks again what came of it, and a rerun may, whenever they come.
  private static final long STEP_WINDOW_MS = Duration.ofDays(30).toMillis();

  private static final Counters CHARGED = new Counters(0, 1, 0, 0);
  private static final int MESSAGE_CHARS_MAX = 1_024;

  /// How the dispatch ended.
  ///
  /// @param resultJson of an executed one
  /// @param message why it was no success
  record Ended(
      Way way,
      @Nullable Integer statusCode,
      @Nullable String message,
      @Nullable String resultJson) {

    enum Way {
      EXECUTED,
      FAILED,
      UNKNOWN,
      /// By the switch, before anything uncertain was sent.
      STOPPED
    }

    Ended {
      if (message != null && message.length() > MESSAGE_CHARS_MAX) {
        message = message.substring(0, MESSAGE_CHARS_MAX);
      }
    }
  }

  @Override
  public long namespaceId() {
    return context.namespaceId();
  }

  @Override
  public Passage passage() {
    return Passage.FREE;
  }

  @Override
  public Collection<? extends RowKey<?>> reads(Instant now) {
    List<RowKey<?>> keys = new ArrayList<>(14);
    keys.addAll(Settlement.Names.of(call.key(), call.row()).all());
    keys.addAll(CallRecord.reads(context, now));
    keys.add(toolError(now));
    return keys;
  }

  private MailKey toolError(Instant now) {
    return MailWriter.key(namespaceId(), MailKey.Kind.TOOL_ERROR, "tool " + context.tool(), now);
  }

  /// How long an executed call makes its like a repeat.
  static long windowMs(Plan plan, boolean inRun) {
    long ofPlan = plan.ttl().effectiveMs(null);
    return inRun ? Math.max(STEP_WINDOW_MS, ofPlan) : ofPlan;
  }

  @Override
  public Decided<Optional<CallAnswer.Decided>> decide(Rows rows, Instant now) {
    CallRow row = rows.get(call.key());
    if (row == null
        || row.state() != CallState.RESERVED
        || row.delivery().claim() != call.claim()) {
      return Decided.unchanged(Optional.empty());
    }
    return new Settling(row, rows, now).settle();
  }

  /// One run of `decide`.
  private final class Settling {
    private final CallRow row;
    private final Rows rows;
    private final Instant now;
    private final CallRecord record;
    private final List<Change<?>> changes = new ArrayList<>(14);
    private final List<Fact> facts = new ArrayList<>(1);
    private final Settlement settlement;

    Settling(CallRow row, Rows rows, Instant now) {
      this.row = row;
      this.rows = rows;
      this.now = now;
      this.record = new CallRecord(context, rows, now);
      this.settlement = new Settlement(Settlement.Names.of(call.key(), row), row, rows, changes);
    }

    Decided<Optional<CallAnswer.Decided>> settle() {
      return switch (ended.way()) {
        case EXECUTED -> executed();
        case FAILED -> {
          settlement.release(ending(CallState.FAILED, ended.message()));
          yield wentWrong(Decision.ERROR, "error");
        }
        case UNKNOWN -> {
          settlement.keep(ending(CallState.UNKNOWN, ended.message()));
          yield wentWrong(Decision.UNKNOWN, "unknown");
        }
        case STOPPED -> stopped();
      };
    }

    private Decided<Optional<CallAnswer.Decided>> executed() {
      long windowMs = windowMs(plan, context.inRun());
      settlement.execute(
          ending(CallState.EXECUTED, null), ended.resultJson(), now.toEpochMilli() + windowMs);
      record.meter.addTools(new DayRow.Tools(1, 0, 0, 0, row.hold().spendNanoUsd()));
      if (!context.inRun()) {
        charge();
      }
      Made made = Told.made(call.key(), row);
      Made withResult = new Made(made.callId(), made.spendNanoUsd(), ended.resultJson(), false);
      return saved(told(Decision.EXECUTED, true, Reason.OK, withResult), "ok", null);
    }

    private void charge() {
      record.meter.addAi(CHARGED, DayRow.Ai.NONE);
      record.meter.noteCrossings(plan, now, changes);
    }

    private Decided<Optional<CallAnswer.Decided>> wentWrong(Decision decision, String status) {
      record.meter.addTools(new DayRow.Tools(0, 0, 0, 1, 0));
      String message = ended.message() == null ? "no success" : ended.message();
      MailWriter.write(toolError(now), mail(decision, message), rows, now, changes);
      return saved(
          told(decision, true, Reason.TOOL_ERROR, Told.made(call.key(), row)),
          status,
          new ToolFailure(ended.statusCode(), message));
    }

    private String mail(Decision decision, String message) {
      return "A call of the tool "
          + context.tool()
          + " by the agent "
          + context.agent().agentId()
          + (decision == Decision.UNKNOWN ? " may have had its effect or not: " : " has failed: ")
          + message;
    }

    private Decided<Optional<CallAnswer.Decided>> stopped() {
      settlement.undo(ending(CallState.FAILED, AGENT_DISABLED));
      record.meter.addTools(new DayRow.Tools(0, 1, 0, 0, 0));
      Told told = told(Decision.BLOCKED, false, Reason.AGENT_DISABLED, Told.made(call.key(), row));
      facts.add(record.blocked(told));
      return saved(told, "blocked", null);
    }

    private Decided<Optional<CallAnswer.Decided>> saved(
        Told told, String status, @Nullable ToolFailure failure) {
      String message = failure == null ? null : failure.message();
      record.log(told, message);
      record.ended(status, told, now.toEpochMilli() - call.startedMs(), message);
      record.saveInto(changes);
      return new Decided<>(Optional.of(told.answer(failure)), changes, facts, null);
    }

    private Told told(Decision decision, boolean allowed, Reason reason, Made made) {
      return new Told(decision, allowed, reason, call.policyVersion(), made);
    }

    private CallRow.Ending ending(CallState state, @Nullable String message) {
      return new CallRow.Ending(state, now.toEpochMilli(), ended.statusCode(), message, null, null);
    }
  }
}
