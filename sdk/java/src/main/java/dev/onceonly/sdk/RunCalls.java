package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.http.ApiRequest;
import dev.onceonly.sdk.internal.http.ApiRequest.Rule;
import dev.onceonly.sdk.internal.json.Fields;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Requests and answers of `POST /v1/ai/run`: keyed runs and governed calls.
final class RunCalls {
  private static final String EITHER = "a run needs either a key, or an agentId and a tool";

  private RunCalls() {}

  static Exchange<RunOutcome> run(RunOptions options) {
    boolean isKeyed = options.key != null;
    boolean isGoverned = options.tool != null;
    if (isKeyed == isGoverned) {
      throw new IllegalArgumentException(EITHER);
    }
    if (isKeyed) {
      Exchange<AiRun> keyed = keyed(options);
      return new Exchange<>(keyed.request(), keyed.read()::apply);
    }
    Exchange<AiToolResult> governed =
        tool(
            Arguments.text("agentId", options.agentId),
            Arguments.text("tool", options.tool),
            governed(options));
    return new Exchange<>(governed.request(), governed.read()::apply);
  }

  private static RunToolOptions governed(RunOptions options) {
    return new RunToolOptions().args(options.args).spendUsd(options.spendUsd).runId(options.runId);
  }

  static Exchange<AiRun> keyed(RunOptions options) {
    if (options.tool != null) {
      throw new IllegalArgumentException(EITHER);
    }
    Map<String, @Nullable Object> metadata =
        options.metadata == null ? null : new LinkedHashMap<>(options.metadata);
    // The worker reads both from the metadata.
    metadata = put(metadata, "run_id", options.runId);
    metadata = put(metadata, "agent_id", options.agentId);
    ApiRequest request =
        ApiRequest.post(
                "/ai/run",
                LeaseCalls.claim(
                        Arguments.text("key", options.key),
                        options.ttl,
                        metadata,
                        options.fingerprint)
                    .withFlag("retry_failed", options.retryFailed)
                    .fields())
            .attemptId();
    return Exchange.of(request, RunCalls::readRun);
  }

  static Exchange<AiToolResult> tool(String agentId, String tool, RunToolOptions options) {
    Map<String, @Nullable Object> args =
        options.args == null ? null : new LinkedHashMap<>(options.args);
    args = put(args, "run_id", options.runId);
    ApiRequest request =
        ApiRequest.post(
                "/ai/run",
                call(agentId, tool, args, options.spendUsd)
                    .with("idempotency_key", options.idempotencyKey)
                    .withFlag("dry_run", options.dryRun)
                    .fields())
            .attemptId()
            .rule(Rule.GOVERNED);
    return Exchange.of(request, RunCalls::readTool);
  }

  /// What a governed call and its evaluation have in common.
  static Body call(
      String agentId,
      String tool,
      @Nullable Map<String, ? extends @Nullable Object> args,
      @Nullable BigDecimal spendUsd) {
    return new Body()
        .with("agent_id", Arguments.text("agentId", agentId))
        .with("tool", Arguments.text("tool", tool))
        .with("spend_usd", spendUsd)
        .withMap("args", args);
  }

  private static @Nullable Map<String, @Nullable Object> put(
      @Nullable Map<String, @Nullable Object> map, String name, @Nullable Object value) {
    if (value == null) {
      return map;
    }
    Map<String, @Nullable Object> more = map == null ? new LinkedHashMap<>() : map;
    more.put(name, value);
    return more;
  }

  /// A keyed run or a lease.
  static AiRun readRun(Fields fields) {
    return new AiRun(
        fields.flag("ok") && !"failed".equals(fields.text("status")),
        fields.text("status"),
        fields.text("key"),
        fields.text("lease_id"),
        fields.number("version"),
        fields.seconds("ttl"),
        fields.seconds("ttl_left"),
        fields.instant("first_seen_at"),
        fields.number("charged"),
        fields.number("usage"),
        fields.number("limit"),
        fields.seconds("retry_after_sec"),
        fields.instant("done_at"),
        fields.text("error_code"),
        fields.text("result_hash"),
        fields.object("result"),
        fields.number("fence"),
        fields.flag("replayed"),
        fields.raw());
  }

  private static AiToolResult readTool(Fields fields) {
    return new AiToolResult(
        fields.flag("ok"),
        fields.flag("allowed"),
        fields.text("decision"),
        fields.text("policy_reason"),
        fields.text("risk_level"),
        fields.object("result"),
        fields.text("policy_version"),
        fields.text("call_id"),
        fields.flag("replayed"),
        fields.raw());
  }
}
