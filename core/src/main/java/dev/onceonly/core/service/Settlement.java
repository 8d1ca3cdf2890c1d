package dev.onceonly.core.service;

import dev.onceonly.core.govern.AgentDayKey;
import dev.onceonly.core.govern.AgentDayRow;
import dev.onceonly.core.govern.AgentHourKey;
import dev.onceonly.core.govern.AgentHourRow;
import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.govern.CallDocument;
import dev.onceonly.core.govern.CallDocumentKey;
import dev.onceonly.core.govern.CallDocumentKey.Kind;
import dev.onceonly.core.govern.CallKey;
import dev.onceonly.core.govern.CallRow;
import dev.onceonly.core.govern.CallState;
import dev.onceonly.core.govern.DedupKey;
import dev.onceonly.core.govern.DedupRow;
import dev.onceonly.core.govern.ToolDayKey;
import dev.onceonly.core.govern.ToolDayRow;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.usage.UsageDays;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Moves what a call holds, in the hour and the day in which it was reserved, and what its dedup
/// entry says. Lives for one call of `decide`; not thread-safe.
final class Settlement {
  private final Names names;
  private final CallRow row;
  private final Rows rows;
  private final List<Change<?>> changes;

  /// Names the rows of one call.
  record Names(
      CallKey call, DedupKey dedup, AgentHourKey hour, AgentDayKey day, ToolDayKey toolDay) {

    static Names of(CallKey call, CallRow row) {
      Instant made = Instant.ofEpochMilli(row.hold().createdAtMs());
      AgentKey agent = new AgentKey(call.namespaceId(), row.asked().agentId());
      int day = UsageDays.day(made);
      return new Names(
          call,
          new DedupKey(call.namespaceId(), row.delivery().dedupHash()),
          AgentHourKey.at(agent, made),
          AgentDayKey.of(agent, day),
          new ToolDayKey(call.namespaceId(), agent.agentId(), row.asked().tool(), day));
    }

    List<RowKey<?>> all() {
      return List.of(call, dedup, hour, day, toolDay);
    }

    CallDocumentKey document(Kind kind) {
      return new CallDocumentKey(call, kind);
    }
  }

  Settlement(Names names, CallRow row, Rows rows, List<Change<?>> changes) {
    this.names = names;
    this.row = row;
    this.rows = rows;
    this.changes = changes;
  }

  /// The spend is final.
  ///
  /// @param windowEndMs until when an identical call is a repeat, exclusive
  void execute(CallRow.Ending ending, @Nullable String resultJson, long windowEndMs) {
    end(ending);
    changes.add(new Change<>(names.day(), day().settle(row.hold().spendNanoUsd())));
    DedupRow first = mine();
    if (first != null) {
      changes.add(
          new Change<>(
              names.dedup(),
              new DedupRow(
                  first.callNumber(),
                  CallState.EXECUTED,
                  first.argsHash(),
                  first.attemptId(),
                  first.createdAtMs(),
                  windowEndMs)));
    }
    if (resultJson != null) {
      changes.add(new Change<>(names.document(Kind.RESULT), new CallDocument(resultJson)));
    }
    dropBody();
  }

  /// The spend is given back, the action stays counted; the next identical call is a new one.
  void release(CallRow.Ending ending) {
    end(ending);
    changes.add(new Change<>(names.day(), day().release(row.hold().spendNanoUsd())));
    forget();
  }

  /// As if it had been blocked at once.
  void undo(CallRow.Ending ending) {
    end(ending);
    changes.add(new Change<>(names.day(), day().undo(row.hold().spendNanoUsd())));
    AgentHourRow hour = rows.get(names.hour());
    if (hour != null) {
      changes.add(new Change<>(names.hour(), new AgentHourRow(hour.actions() - 1)));
    }
    ToolDayRow toolDay = rows.get(names.toolDay());
    if (toolDay != null) {
      changes.add(new Change<>(names.toolDay(), new ToolDayRow(toolDay.calls() - 1)));
    }
    forget();
  }

  /// The spend stays held, and the body kept: it may be sent once more.
  void keep(CallRow.Ending ending) {
    end(ending);
    DedupRow first = mine();
    if (first != null) {
      changes.add(new Change<>(names.dedup(), first.withState(CallState.UNKNOWN)));
    }
  }

  private void end(CallRow.Ending ending) {
    changes.add(new Change<>(names.call(), row.with(row.delivery().claimedBy(0, 0)).with(ending)));
  }

  private void forget() {
    if (mine() != null) {
      changes.add(new Change<DedupRow>(names.dedup(), null));
    }
    dropBody();
  }

  private void dropBody() {
    changes.add(new Change<CallDocument>(names.document(Kind.BODY), null));
  }

  /// The dedup entry, as long as it leads to this call.
  private @Nullable DedupRow mine() {
    DedupRow first = rows.get(names.dedup());
    return first != null && first.callNumber() == names.call().number() ? first : null;
  }

  private AgentDayRow day() {
    AgentDayRow day = rows.get(names.day());
    if (day == null) {
      throw new IllegalStateException("a call holds something in its day");
    }
    return day;
  }
}
