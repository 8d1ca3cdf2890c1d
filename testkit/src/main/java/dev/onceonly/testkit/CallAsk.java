package dev.onceonly.testkit;

import dev.onceonly.core.Sha256;
import dev.onceonly.core.account.Plan;
import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.service.GovernedCall;
import org.jspecify.annotations.Nullable;

/// A governed call that a test makes. Immutable.
public record CallAsk(
    String agentId,
    String tool,
    String argsJson,
    long spendNanoUsd,
    Plan plan,
    GovernedCall.Options options) {
  public static final long NAMESPACE = 1;

  private static final GovernedCall.Options PLAIN =
      new GovernedCall.Options(null, null, null, "req-1", false, null);

  /// A free call by agent `a1` on a plan without limits.
  public static CallAsk of(String tool, String argsJson) {
    return new CallAsk("a1", tool, argsJson, 0, Callers.unlimited(NAMESPACE).plan(), PLAIN);
  }

  public CallAsk by(String agent) {
    return new CallAsk(agent, tool, argsJson, spendNanoUsd, plan, options);
  }

  public CallAsk spending(long nanoUsd) {
    return new CallAsk(agentId, tool, argsJson, nanoUsd, plan, options);
  }

  public CallAsk on(Plan other) {
    return new CallAsk(agentId, tool, argsJson, spendNanoUsd, other, options);
  }

  public CallAsk key(String idempotencyKey) {
    return with(
        new GovernedCall.Options(
            idempotencyKey, options.attemptId(), options.runId(), "req-1", false, null));
  }

  public CallAsk attempt(String attemptId) {
    return with(
        new GovernedCall.Options(
            options.idempotencyKey(), attemptId, options.runId(), "req-1", false, null));
  }

  public CallAsk inRun(String runId) {
    return with(
        new GovernedCall.Options(
            options.idempotencyKey(), options.attemptId(), runId, "req-1", false, null));
  }

  public CallAsk dry() {
    return with(
        new GovernedCall.Options(
            options.idempotencyKey(), options.attemptId(), options.runId(), "req-1", true, null));
  }

  public CallAsk step(GovernedCall.@Nullable RunStep step) {
    return with(new GovernedCall.Options(null, null, options.runId(), "req-1", false, step));
  }

  private CallAsk with(GovernedCall.Options changed) {
    return new CallAsk(agentId, tool, argsJson, spendNanoUsd, plan, changed);
  }

  public AgentKey agent() {
    return new AgentKey(NAMESPACE, agentId);
  }

  public GovernedCall call() {
    return new GovernedCall(
        new GovernedCall.Asker(NAMESPACE, plan, "key_test", agentId),
        new GovernedCall.Action(tool, argsJson, Sha256.hex(argsJson), spendNanoUsd),
        options);
  }
}
