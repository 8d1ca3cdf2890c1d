package dev.onceonly.core.govern;

import dev.onceonly.core.step.RowKey;

/// Names a registered tool.
///
/// @param scopeId `global`, or `agent:` and the id of the one agent that may call it
public record ToolKey(long namespaceId, String scopeId, String name) implements RowKey<ToolRow> {
  public static final String GLOBAL = "global";
  public static final String AGENT_SCOPE = "agent:";
  public static final String NAME_FORM = "[a-zA-Z0-9_.:-]{1,256}";

  public static ToolKey global(long namespaceId, String name) {
    return new ToolKey(namespaceId, GLOBAL, name);
  }

  /// The tool of this name that only the one agent has.
  public static ToolKey ofAgent(AgentKey agent, String name) {
    return new ToolKey(agent.namespaceId(), AGENT_SCOPE + agent.agentId(), name);
  }

  @Override
  public Class<ToolRow> rowType() {
    return ToolRow.class;
  }
}
