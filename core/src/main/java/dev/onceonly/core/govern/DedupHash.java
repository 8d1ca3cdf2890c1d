package dev.onceonly.core.govern;

import dev.onceonly.core.Sha256;

/// What makes two governed calls identical (contract 5.8, 18). The parts are joined by a line feed
/// behind their length, so that no two lists of parts give one text.
public final class DedupHash {
  private DedupHash() {}

  /// Same agent, tool and arguments.
  public static String ofArgs(String agentId, String tool, String argsHash) {
    return hash("args", agentId, tool, argsHash);
  }

  /// The caller's own key, scoped to agent and tool.
  public static String ofKey(String agentId, String tool, String idempotencyKey) {
    return hash("key", agentId, tool, idempotencyKey);
  }

  /// One step of an agent's keyed run.
  ///
  /// @param actionsHash over the run's actions up to and including this one
  public static String ofStep(String agentId, String runKey, int step, String actionsHash) {
    return hash("agent step", agentId, runKey, Integer.toString(step), actionsHash);
  }

  /// As steps were known while theirs did not name the agent: such an entry counts only where its
  /// call is the agent's own. Looked up until what was made then has passed its retention.
  public static String ofStepOfBefore(String runKey, int step, String actionsHash) {
    return hash("step", runKey, Integer.toString(step), actionsHash);
  }

  private static String hash(String... parts) {
    StringBuilder text = new StringBuilder();
    for (String part : parts) {
      text.append(part.length()).append('\n').append(part).append('\n');
    }
    return Sha256.hex(text.toString());
  }
}
