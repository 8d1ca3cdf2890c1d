package dev.onceonly.core.service;

import dev.onceonly.core.account.Caller;
import dev.onceonly.core.audit.AuditEntry;
import dev.onceonly.core.audit.AuditQueries.AgentFigures;
import dev.onceonly.core.audit.ChainKey;
import dev.onceonly.core.govern.AgentDayKey;
import dev.onceonly.core.govern.AgentDayRow;
import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.govern.AgentRow;
import dev.onceonly.core.govern.PolicyKey;
import dev.onceonly.core.service.AgentSteps.Switched;
import dev.onceonly.core.service.SwitchAnswer.Stopped;
import dev.onceonly.core.usage.UsageDays;
import java.time.Duration;
import java.util.List;

/// Agents: the kill switch, what they are doing, what they did. Thread-safe. Commands throw the
/// failures of [dev.onceonly.core.step.Lane#run].
public final class Agents {
  private static final String KILL_SWITCH = "kill switch";

  private final Store store;
  private final KillSwitch killSwitch;

  /// Wires the service.
  ///
  /// @param killSwitch that listens to the same store
  public Agents(Store store, KillSwitch killSwitch) {
    this.store = store;
    this.killSwitch = killSwitch;
  }

  /// Stops an agent, or with [AgentKey#ALL] all of the namespace. When this returns, no further
  /// attempt of a call begins.
  ///
  /// @param reason 0 to 256 characters; empty is none
  /// @throws dev.onceonly.core.Failure `FEATURE_NOT_AVAILABLE`
  public SwitchAnswer disable(Caller caller, AgentKey key, String reason) {
    requireInsight(caller, KILL_SWITCH);
    Switched done = store.run(new AgentSteps.Disable(key, reason, caller.keyId()));
    // From here on nothing is read: what is stored must not look refused. Attempts are counted
    // after
    // the commit: every one that began before it is seen, none begins after it.
    Stopped stopped = new Stopped(done.couldAct(), done.openRuns(), killSwitch.onTheirWay(key));
    return new SwitchAnswer(done.row(), done.all().isEnabled(), stopped);
  }

  /// Lets an agent act again, or with [AgentKey#ALL] all whose own switch is on.
  ///
  /// @throws dev.onceonly.core.Failure `FEATURE_NOT_AVAILABLE`
  public SwitchAnswer enable(Caller caller, AgentKey key, String reason) {
    requireInsight(caller, KILL_SWITCH);
    Switched done = store.run(new AgentSteps.Enable(key, reason, caller.keyId()));
    return new SwitchAnswer(done.row(), done.all().isEnabled(), Stopped.NOTHING);
  }

  /// Agents that were seen, were switched or have a policy, in the order of their ids.
  public List<AgentView> list(long namespaceId, int limit, int offset) {
    boolean namespaceEnabled = row(AgentKey.all(namespaceId)).isEnabled();
    int today = UsageDays.day(store.now());
    return store.agents(namespaceId, today, limit, offset).stream()
        .map(agent ->
            new AgentView(
                agent.agentId(), agent.row(), namespaceEnabled, agent.hasPolicy(), agent.day()))
        .toList();
  }

  /// One agent; an id that was never heard of is an agent that may act and has not. For
  /// [AgentKey#ALL] the namespace's switch, without figures.
  public AgentView get(AgentKey key) {
    AgentRow all = row(AgentKey.all(key.namespaceId()));
    AgentDayRow today = store.get(AgentDayKey.of(key, UsageDays.day(store.now())));
    return new AgentView(
        key.agentId(),
        row(key),
        all.isEnabled(),
        store.get(new PolicyKey(key.namespaceId(), key.agentId())) != null,
        today == null ? AgentDayRow.NONE : today);
  }

  /// The agent's newest decisions, newest first.
  ///
  /// @throws dev.onceonly.core.Failure `FEATURE_NOT_AVAILABLE`
  public List<AuditEntry> log(Caller caller, AgentKey key, int limit) {
    requireInsight(caller, "agent logs");
    return store.callLog(new ChainKey(key.namespaceId(), key.agentId()), limit);
  }

  /// What the agent did in the period that ends now.
  ///
  /// @throws dev.onceonly.core.Failure `FEATURE_NOT_AVAILABLE`
  public AgentFigures figures(Caller caller, AgentKey key, Duration period) {
    requireInsight(caller, "agent metrics");
    ChainKey chain = new ChainKey(key.namespaceId(), key.agentId());
    return store.figures(chain, store.now().minus(period).toEpochMilli());
  }

  private AgentRow row(AgentKey key) {
    AgentRow stored = store.get(key);
    return stored == null ? AgentRow.UNSEEN : stored;
  }

  private static void requireInsight(Caller caller, String feature) {
    PlanFeatures.require(caller.plan().governance().insight(), caller.plan(), feature);
  }
}
