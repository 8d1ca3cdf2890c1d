package dev.onceonly.core.service;

import dev.onceonly.core.audit.AuditChain.Content;
import dev.onceonly.core.audit.ChainKey;
import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.govern.AgentRow;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.Passage;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.step.Step;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The kill switch's atomic changes, each with its entry in the audit chain: an agent's own, or for
/// [AgentKey#ALL] the namespace's.
final class AgentSteps {
  private AgentSteps() {}

  /// A switch after a step.
  ///
  /// @param row of what was switched
  /// @param all the namespace's own switch
  /// @param couldAct whether both were on before the step
  record Switched(AgentRow row, AgentRow all, boolean couldAct) {}

  /// Throws a switch. Thrown again, it takes the new reason and keeps the first instant.
  ///
  /// @param reason 0 to 256 characters; empty is none
  record Disable(AgentKey key, String reason, String actor) implements Step<Switched> {
    @Override
    public long namespaceId() {
      return key.namespaceId();
    }

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

  private static Set<RowKey<?>> switchReads(AgentKey key) {
    ChainKey chain = new ChainKey(key.namespaceId(), key.agentId());
    AgentKey all = AgentKey.all(key.namespaceId());
    return key.equals(all) ? Set.of(key, chain) : Set.of(key, all, chain);
  }

  private static Decided<Switched> switched(
      AgentKey key, Rows rows, AgentRow next, Content content) {
    AgentKey allKey = AgentKey.all(key.namespaceId());
    AgentRow current = row(rows, key);
    AgentRow all = row(rows, allKey);
    boolean couldAct = current.isEnabled() && all.isEnabled();
    Switched answer = new Switched(next, key.equals(allKey) ? next : all, couldAct);
    if (next.equals(current)) {
      return Decided.unchanged(answer);
    }
    ChainKey chain = new ChainKey(key.namespaceId(), key.agentId());
    List<Change<?>> changes = AuditTrail.entry(chain, rows, content);
    changes.add(new Change<>(key, next));
    return new Decided<>(answer, changes, List.of(), null);
  }

  private static AgentRow row(Rows rows, AgentKey key) {
    AgentRow stored = rows.get(key);
    return stored == null ? AgentRow.UNSEEN : stored;
  }

  private static Content content(Instant now, String action, String actor, String reason) {
    @Nullable String detail = reason.isEmpty() ? null : reason;
    return new Content(now.toEpochMilli(), action, actor, null, detail);
  }
}
