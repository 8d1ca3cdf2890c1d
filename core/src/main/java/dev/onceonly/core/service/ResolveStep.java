package dev.onceonly.core.service;

import dev.onceonly.core.govern.CallId;
import dev.onceonly.core.govern.CallRow;
import dev.onceonly.core.govern.CallState;
import dev.onceonly.core.govern.Decision;
import dev.onceonly.core.govern.Reason;
import dev.onceonly.core.service.CallRecord.Told;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.Passage;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.step.Step;
import dev.onceonly.core.usage.DayRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Settles an unknown call by a person's or a probe's word. It charges nothing.
///
/// @param seen the call's row as read beforehand: it names the other rows
/// @param windowMs how long an executed call makes its like a repeat
record ResolveStep(ResolveCall command, CallRow seen, boolean inRun, long windowMs)
    implements Step<CallRow> {
  private static final String RESOLVE = "resolve";

  @Override
  public long namespaceId() {
    return command.call().namespaceId();
  }

  private CallContext context() {
    return CallContext.of(command.call(), seen, command.actor(), inRun);
  }

  @Override
  public Passage passage() {
    return Passage.FREE;
  }

  @Override
  public Collection<? extends RowKey<?>> reads(Instant now) {
    List<RowKey<?>> keys = new ArrayList<>(12);
    keys.addAll(Settlement.Names.of(command.call(), seen).all());
    keys.addAll(CallRecord.reads(context(), now));
    return keys;
  }

  @Override
  public Decided<CallRow> decide(Rows rows, Instant now) {
    CallRow row = rows.get(command.call());
    if (row == null) {
      throw CallRefusals.noCall(CallId.of(command.call().number()));
    }
    CallState wanted = command.executed() ? CallState.EXECUTED : CallState.FAILED;
    if (row.state() != CallState.UNKNOWN) {
      return again(row, wanted);
    }
    CallRow.Ending ending = ending(row, wanted, now);
    List<Change<?>> changes = new ArrayList<>(12);
    Settlement settlement =
        new Settlement(Settlement.Names.of(command.call(), row), row, rows, changes);
    CallRecord record = new CallRecord(context(), rows, now);
    if (command.executed()) {
      settlement.execute(ending, command.resultJson(), now.toEpochMilli() + windowMs);
      record.meter.addTools(new DayRow.Tools(1, 0, 0, 0, row.hold().spendNanoUsd()));
    } else {
      settlement.release(ending);
    }
    Told told = told(row);
    record.log(RESOLVE, told, command.note());
    record.ended(command.executed() ? "ok" : "error", told, null, "resolved");
    record.saveInto(changes);
    return new Decided<>(
        row.with(row.delivery().claimedBy(0, 0)).with(ending), changes, List.of(), null);
  }

  /// The same word again changes nothing; another one, or any word on a call that was settled by
  /// itself, is refused.
  private Decided<CallRow> again(CallRow row, CallState wanted) {
    if (row.state() == wanted && row.ending().resolvedBy() != null) {
      return Decided.unchanged(row);
    }
    throw CallRefusals.notUnknown(command.call(), row);
  }

  private CallRow.Ending ending(CallRow row, CallState state, Instant now) {
    CallRow.Ending before = row.ending();
    return new CallRow.Ending(
        state,
        now.toEpochMilli(),
        before.statusCode(),
        before.message(),
        command.actor(),
        command.note());
  }

  private Told told(CallRow row) {
    return command.executed()
        ? new Told(Decision.EXECUTED, true, Reason.OK, null, Told.made(command.call(), row))
        : new Told(Decision.ERROR, true, Reason.TOOL_ERROR, null, Told.made(command.call(), row));
  }
}
