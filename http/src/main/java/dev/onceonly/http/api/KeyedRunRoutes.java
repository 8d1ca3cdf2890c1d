package dev.onceonly.http.api;

import dev.onceonly.core.account.Caller;
import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.lease.AcquireLease;
import dev.onceonly.core.lease.LeaseKey;
import dev.onceonly.core.run.RunOrder;
import dev.onceonly.core.service.KeyedRuns;
import dev.onceonly.core.service.LeaseAnswer;
import dev.onceonly.core.step.StoreClock;
import dev.onceonly.http.Reply;
import dev.onceonly.http.Request;
import dev.onceonly.http.input.Fields;
import dev.onceonly.http.input.TextRule;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// `/v1/ai/run` with a `key`: a run in the background.
final class KeyedRunRoutes {
  private static final String AGENT_DEFAULT = "default";
  private static final TextRule NAME = TextRule.KEY;

  private final KeyedRuns runs;
  private final StoreClock clock;
  private final ClaimFields claims;
  private final ClaimOutcomes outcomes;

  KeyedRunRoutes(KeyedRuns runs, StoreClock clock, ClaimFields claims, ClaimOutcomes outcomes) {
    this.runs = runs;
    this.clock = clock;
    this.claims = claims;
    this.outcomes = outcomes;
  }

  /// Answers a request whose body has a `key`.
  Reply keyed(Request request) {
    Caller caller = request.caller();
    String attemptId = claims.attemptId(request);
    Fields fields = request.body();
    LeaseKey key = new LeaseKey(caller.namespaceId(), fields.key("key"));
    AcquireLease command =
        new AcquireLease(
            key,
            claims.read(fields, caller, attemptId),
            fields.optionalObjectText("metadata", LeaseRoutes.METADATA_BYTES_MAX),
            fields.flag("retry_failed", false));
    RunFields.Names names = names(fields, key.key());
    request.done();
    caller.requireSpeaksFor(names.agentId());
    caller.requireMayName(key.key());
    RunOrder order = RunFields.order(fields.any("metadata"), names, caller.keyId(), key.key());
    LeaseAnswer answer = runs.acquire(caller, command, order);
    outcomes.count(answer);
    return LeaseReplies.of(key.key(), answer, clock.now());
  }

  private static RunFields.Names names(Fields fields, String key) {
    Fields metadata =
        fields.any("metadata") instanceof ObjectNode ? fields.optionalChild("metadata") : null;
    String runId = metadata == null ? null : metadata.optionalText("run_id", NAME);
    String agentId = metadata == null ? null : metadata.optionalText("agent_id", NAME);
    if (metadata != null && AgentKey.ALL.equals(agentId)) {
      metadata.refuse("agent_id", "* names all agents, and none acts by it");
    }
    // Harmless, and some write it there.
    String outside = fields.optionalText("run_id", NAME);
    return new RunFields.Names(
        firstOf(runId, outside, key), agentId == null ? AGENT_DEFAULT : agentId);
  }

  private static String firstOf(@Nullable String first, @Nullable String second, String last) {
    if (first != null) {
      return first;
    }
    return second == null ? last : second;
  }
}
