package dev.onceonly.http.api;

import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.http.Request;
import dev.onceonly.http.input.TextRule;

/// Agent ids in paths: 1 to 256 code points, not only white space, as in a call: there is no agent
/// that could be named otherwise.
final class AgentIds {
  static final String VARIABLE = "agent_id";

  private AgentIds() {}

  /// The agent that the path names; `*` is none.
  static AgentKey one(Request request) {
    AgentKey key = oneOrAll(request);
    if (key.agentId().equals(AgentKey.ALL)) {
      request.refusePath(VARIABLE, "* stands for all agents and is none itself");
    }
    return key;
  }

  /// The agent that the path names, or with `*` the namespace's own switch.
  static AgentKey oneOrAll(Request request) {
    return new AgentKey(request.caller().namespaceId(), request.path(VARIABLE, TextRule.KEY));
  }
}
