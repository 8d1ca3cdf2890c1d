package dev.onceonly.core.service;

import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.govern.CallKey;
import dev.onceonly.core.govern.CallRow;
import dev.onceonly.core.run.RunKey;
import org.jspecify.annotations.Nullable;

/// Whose call it is and where it leaves its traces.
///
/// @param actor the API key's id, or `server` for what it does by itself
/// @param timeline whose events tell of it; null where no run is known, and for a step of a keyed
///   run, whose worker writes them
/// @param inRun whether it is a step of a keyed run, which is charged as a whole
record CallContext(
    AgentKey agent,
    String actor,
    String tool,
    String argsHash,
    @Nullable RunKey timeline,
    @Nullable String requestId,
    boolean inRun) {
  static final String SERVER = "server";

  static CallContext of(GovernedCall call) {
    GovernedCall.Asker asker = call.asker();
    GovernedCall.Options options = call.options();
    boolean inRun = options.step() != null;
    return new CallContext(
        new AgentKey(asker.namespaceId(), asker.agentId()),
        asker.actor(),
        call.action().tool(),
        call.action().argsHash(),
        run(asker.namespaceId(), options.runId(), inRun),
        options.requestId(),
        inRun);
  }

  /// Of a stored call that somebody else than its caller goes on with.
  static CallContext of(CallKey key, CallRow row, String actor, boolean inRun) {
    CallRow.Asked asked = row.asked();
    return new CallContext(
        new AgentKey(key.namespaceId(), asked.agentId()),
        actor,
        asked.tool(),
        asked.argsHash(),
        run(key.namespaceId(), asked.runId(), inRun),
        null,
        inRun);
  }

  private static @Nullable RunKey run(long namespaceId, @Nullable String runId, boolean inRun) {
    return runId == null || inRun ? null : new RunKey(namespaceId, runId);
  }

  long namespaceId() {
    return agent.namespaceId();
  }
}
