package dev.onceonly.core.service;

import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.govern.AgentRow;
import dev.onceonly.core.govern.AgentTotalKey;
import dev.onceonly.core.govern.AgentTotalRow;
import dev.onceonly.core.govern.PolicyKey;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whether an agent is known, and how many are, within one step that may change it. An agent is
/// known by its row, its policy or both. Lives for one call of `decide`; not thread-safe.
final class KnownAgents {
  /// Seen again within this time, an agent's row is left as it is.
  private static final long SEEN_MS = 1_000;

  private final AgentKey agent;
  private final AgentTotalRow total;
  private final @Nullable AgentRow row;
  private final boolean hasPolicy;

  KnownAgents(AgentKey agent, Rows rows) {
    this.agent = agent;
    AgentTotalRow stored = rows.get(total(agent.namespaceId()));
    total = stored == null ? AgentTotalRow.NONE : stored;
    row = rows.get(agent);
    hasPolicy = rows.get(policy(agent)) != null;
  }

  /// What a step has to name among its reads.
  static List<RowKey<?>> reads(AgentKey agent) {
    return List.of(agent, policy(agent), total(agent.namespaceId()));
  }

  private static PolicyKey policy(AgentKey agent) {
    return new PolicyKey(agent.namespaceId(), agent.agentId());
  }

  static AgentTotalKey total(long namespaceId) {
    return new AgentTotalKey(namespaceId);
  }

  AgentTotalRow total() {
    return total;
  }

  /// Whether the agent is known, or one more may be.
  boolean hasRoom(long agentsMax) {
    return isKnown() || total.known() < agentsMax;
  }

  /// Adds that the agent has asked for a call. Its row is made with the first entry of its log and
  /// by nothing less, so that what a name leaves behind is bounded by the number of agents.
  ///
  /// @param logged whether this step has an entry for its log
  void seen(Instant now, boolean logged, List<Change<?>> changes) {
    AgentRow current = row == null ? AgentRow.UNSEEN : row;
    long nowMs = now.toEpochMilli();
    if (current.lastSeenAtMs() + SEEN_MS <= nowMs && (row != null || logged)) {
      save(current.seenAt(nowMs), changes);
    }
  }

  /// Adds the agent's new row, and what it makes of the total.
  void save(AgentRow next, List<Change<?>> changes) {
    changes.add(new Change<>(agent, next));
    boolean wasOff = row != null && !row.isEnabled();
    saveTotal(isKnown() ? 0 : 1, (next.isEnabled() ? 0 : 1) - (wasOff ? 1 : 0), changes);
  }

  /// Adds what a policy that was put makes of the total.
  void policyPut(List<Change<?>> changes) {
    saveTotal(isKnown() ? 0 : 1, 0, changes);
  }

  /// Adds what the end of the policy that the agent has makes of the total.
  void policyDeleted(List<Change<?>> changes) {
    saveTotal(row == null ? -1 : 0, 0, changes);
  }

  private boolean isKnown() {
    return row != null || hasPolicy;
  }

  private void saveTotal(int known, int off, List<Change<?>> changes) {
    if (known != 0 || off != 0) {
      changes.add(new Change<>(total(agent.namespaceId()), total.plus(known, off)));
    }
  }
}
