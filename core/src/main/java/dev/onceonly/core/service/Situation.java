package dev.onceonly.core.service;

import dev.onceonly.core.govern.AgentDayKey;
import dev.onceonly.core.govern.AgentDayRow;
import dev.onceonly.core.govern.AgentHourKey;
import dev.onceonly.core.govern.AgentHourRow;
import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.govern.AgentRow;
import dev.onceonly.core.govern.DedupKey;
import dev.onceonly.core.govern.DedupRow;
import dev.onceonly.core.govern.GovernRules;
import dev.onceonly.core.govern.Policy;
import dev.onceonly.core.govern.PolicyKey;
import dev.onceonly.core.govern.PolicyRow;
import dev.onceonly.core.govern.ToolDayKey;
import dev.onceonly.core.govern.ToolDayRow;
import dev.onceonly.core.govern.ToolKey;
import dev.onceonly.core.govern.ToolRow;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.usage.UsageDays;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rows that a decision on a call rests on, at one instant.
record Situation(
    Names names,
    AgentRow agent,
    boolean namespaceOn,
    @Nullable PolicyRow policy,
    Tool tool,
    @Nullable DedupRow dedup,
    Figures figures) {

  /// Names those rows.
  record Names(AgentKey agent, String tool, DedupKey dedup, AgentHourKey hour, AgentDayKey day) {

    static Names of(GovernedCall call, String dedupHash, Instant now) {
      AgentKey agent = new AgentKey(call.asker().namespaceId(), call.asker().agentId());
      return new Names(
          agent,
          call.action().tool(),
          new DedupKey(agent.namespaceId(), dedupHash),
          AgentHourKey.at(agent, now),
          AgentDayKey.of(agent, UsageDays.day(now)));
    }

    PolicyKey policy() {
      return new PolicyKey(agent.namespaceId(), agent.agentId());
    }

    ToolDayKey toolDay() {
      return new ToolDayKey(agent.namespaceId(), agent.agentId(), tool, day.day());
    }

    List<RowKey<?>> all() {
      return List.of(
          agent,
          AgentKey.all(agent.namespaceId()),
          policy(),
          ToolKey.ofAgent(agent, tool),
          ToolKey.global(agent.namespaceId(), tool),
          dedup,
          hour,
          day,
          toolDay());
    }
  }

  /// The tool as the agent finds it: its own first, disabled or not, then the global one.
  record Tool(ToolKey key, @Nullable ToolRow row) {

    ToolRow required() {
      if (row == null) {
        throw new IllegalStateException("a call that is allowed has a tool");
      }
      return row;
    }
  }

  /// What the agent has used in the hour and the day.
  record Figures(AgentHourRow hour, AgentDayRow day, ToolDayRow toolDay) {}

  static Situation read(Names names, Rows rows) {
    AgentRow agent = rows.get(names.agent());
    AgentRow everyone = rows.get(AgentKey.all(names.agent().namespaceId()));
    AgentHourRow hour = rows.get(names.hour());
    AgentDayRow day = rows.get(names.day());
    ToolDayRow toolDay = rows.get(names.toolDay());
    return new Situation(
        names,
        agent == null ? AgentRow.UNSEEN : agent,
        everyone == null || everyone.isEnabled(),
        rows.get(names.policy()),
        tool(names, rows),
        rows.get(names.dedup()),
        new Figures(
            hour == null ? AgentHourRow.NONE : hour,
            day == null ? AgentDayRow.NONE : day,
            toolDay == null ? ToolDayRow.NONE : toolDay));
  }

  private static Tool tool(Names names, Rows rows) {
    ToolKey own = ToolKey.ofAgent(names.agent(), names.tool());
    ToolRow ownRow = rows.get(own);
    if (ownRow != null) {
      return new Tool(own, ownRow);
    }
    ToolKey global = ToolKey.global(names.agent().namespaceId(), names.tool());
    return new Tool(global, rows.get(global));
  }

  @Nullable String policyVersion() {
    return policy == null ? null : policy.version();
  }

  GovernRules.Facts facts(long spendNanoUsd, boolean policyNeeded, boolean repeated) {
    Policy rules = policy == null ? null : policy.policy();
    return new GovernRules.Facts(
        names.tool(),
        spendNanoUsd,
        new GovernRules.Standing(namespaceOn, agent.isEnabled(), rules, policyNeeded),
        tool.row(),
        repeated,
        new GovernRules.Used(
            figures.hour().actions(), figures.toolDay().calls(), figures.day().spentNanoUsd()));
  }
}
