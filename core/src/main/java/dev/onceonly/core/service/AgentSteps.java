package dev.onceonly.core.service;

import dev.onceonly.core.audit.AuditChain.Content;
import dev.onceonly.core.audit.ChainKey;
import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.govern.AgentRow;
import dev.onceonly.core.run.OpenTasksKey;
import dev.onceonly.core.run.OpenTasksRow;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.Passage;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.step.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The kill switch's atomic changes, each with its entry in the audit chain: an agent's own, or for
/// [AgentKey#ALL] the namespace's.
final class AgentSteps {
  private AgentSteps() {}

  /// A switch after a step.
  ///
  /// @param row of what was switched
  /// @param all the namespace's own switch
  /// @param couldAct agents that could act before the step: 1 or 0, or for the namespace's switch
  ///   all whose own is on
  /// @param openRuns keyed runs that the switch is asked for before their next action
  record Switched(AgentRow row, AgentRow all, long couldAct, long openRuns) {}

  /// Throws a switch. Thrown again, it takes the new reason and keeps the first instant.
  ///
  /// @param reason 0 to 256 characters; empty is none
  record Disable(AgentKey key, String reason, String actor) implements Step<Switched> {
    @Override
    public long namespaceId() {
      return key.namespaceId();
    }

    /// A flood of the namespace's own calls is the very reason to throw its switch.
    @Override
    public Passage passage() {
      return Passage.FREE;
    }

    @Override
    public Collection<? extends RowKey<?>> reads(Instant now) {
      return switchReads(key);
    }

    @Override
    public Decided<Switched> decide(Rows rows, Instant now) {
      AgentRow current = row(rows, key);
      AgentRow disabled = current.disabledAt(now.toEpochMilli(), reason);
      return switched(key, rows, disabled, content(now, "agent.disable", actor, reason));
    }
  }

  /// Puts a switch back; one that is on already stays as it is.
  record Enable(AgentKey key, String reason, String actor) implements Step<Switched> {
    @Override
    public long namespaceId() {
      return key.namespaceId();
    }

    /// A flood of the namespace's own calls is the very reason to throw its switch.
    @Override
    public Passage passage() {
      return Passage.FREE;
    }

    @Override
    public Collection<? extends RowKey<?>> reads(Instant now) {
      return switchReads(key);
    }

    @Override
    public Decided<Switched> decide(Rows rows, Instant now) {
      AgentRow enabled = row(rows, key).enabled();
      return switched(key, rows, enabled, content(now, "agent.enable", actor, reason));
    }
  }

  static List<RowKey<?>> switchReads(AgentKey key) {
    List<RowKey<?>> keys = new ArrayList<>(KnownAgents.reads(key));
    AgentKey all = AgentKey.all(key.namespaceId());
    if (!key.equals(all)) {
      keys.add(all);
    }
    keys.add(new ChainKey(key.namespaceId(), key.agentId()));
    keys.add(new OpenTasksKey(key.namespaceId(), key.agentId()));
    return keys;
  }

  static Decided<Switched> switched(AgentKey key, Rows rows, AgentRow next, Content content) {
    AgentKey allKey = AgentKey.all(key.namespaceId());
    AgentRow current = row(rows, key);
    AgentRow all = row(rows, allKey);
    KnownAgents agents = new KnownAgents(key, rows);
    boolean isAll = key.equals(allKey);
    boolean couldAct = current.isEnabled() && all.isEnabled();
    long agentsBehind = isAll ? agents.total().on() : 1;
    OpenTasksRow open = rows.get(new OpenTasksKey(key.namespaceId(), key.agentId()));
    Switched answer =
        new Switched(
            next, isAll ? next : all, couldAct ? agentsBehind : 0, open == null ? 0 : open.tasks());
    if (next.equals(current)) {
      return Decided.unchanged(answer);
    }
    ChainKey chain = new ChainKey(key.namespaceId(), key.agentId());
    List<Change<?>> changes = AuditTrail.entry(chain, rows, content);
    if (isAll) {
      changes.add(new Change<>(key, next));
    } else {
      agents.save(next, changes);
    }
    return new Decided<>(answer, changes, List.of(), null);
  }

  static AgentRow row(Rows rows, AgentKey key) {
    AgentRow stored = rows.get(key);
    return stored == null ? AgentRow.UNSEEN : stored;
  }

  private static Content content(Instant now, String action, String actor, String reason) {
    @Nullable String detail = reason.isEmpty() ? null : reason;
    return new Content(now.toEpochMilli(), action, actor, null, detail);
  }
}
