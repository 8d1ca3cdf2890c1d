package dev.onceonly.core.service;

import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.govern.AgentRow;
import dev.onceonly.core.govern.GovernQueries;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.CommitListener;
import dev.onceonly.core.step.Fact;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The switches as they stand now, in memory, and the attempts on their way. Asked before every
/// attempt. An attempt is entered before the switch is read, and a commit is heard of before its
/// caller is answered: so whoever has thrown the switch and then counts sees every attempt that can
/// still reach a tool, and none starts after the answer. An agent is remembered while it has an
/// attempt on its way, or is switched off, and no longer. Thread-safe.
public final class KillSwitch implements CommitListener {
  private final Set<AgentKey> off = ConcurrentHashMap.newKeySet();
  private final ConcurrentHashMap<AgentKey, Integer> onTheirWay = new ConcurrentHashMap<>();

  /// The caller adds it as a listener of the same store, before any step runs.
  public KillSwitch(GovernQueries queries) {
    this(queries.disabledAgents());
  }

  KillSwitch(Collection<AgentKey> disabled) {
    off.addAll(disabled);
  }

  /// Whether both the agent's switch and the namespace's are on.
  public boolean allows(AgentKey agent) {
    return off.isEmpty()
        || (!off.contains(agent) && !off.contains(AgentKey.all(agent.namespaceId())));
  }

  /// Enters an attempt.
  ///
  /// @return false where the switch is off: then nothing is entered, and it must not begin
  public boolean begin(AgentKey agent) {
    onTheirWay.merge(agent, 1, Integer::sum);
    if (allows(agent)) {
      return true;
    }
    end(agent);
    return false;
  }

  /// The attempt is over.
  public void end(AgentKey agent) {
    onTheirWay.computeIfPresent(agent, (_, count) -> count == 1 ? null : count - 1);
  }

  /// Attempts on their way: of one agent, or of all of a namespace's for [AgentKey#ALL].
  public int onTheirWay(AgentKey agent) {
    if (!agent.agentId().equals(AgentKey.ALL)) {
      return onTheirWay.getOrDefault(agent, 0);
    }
    int sum = 0;
    for (var entry : onTheirWay.entrySet()) {
      if (entry.getKey().namespaceId() == agent.namespaceId()) {
        sum += entry.getValue();
      }
    }
    return sum;
  }

  /// Agents with an attempt on its way: nothing is kept of any other.
  int agentsOnTheirWay() {
    return onTheirWay.size();
  }

  @Override
  public void committed(List<Change<?>> changes, List<Fact> facts) {
    for (Change<?> change : changes) {
      if (change.key() instanceof AgentKey key) {
        boolean enabled = !(change.row() instanceof AgentRow row) || row.isEnabled();
        if (enabled) {
          off.remove(key);
        } else {
          off.add(key);
        }
      }
    }
  }
}
