package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Fields;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A governed call, from its decision to its outcome. What the server did not send is null.
///
/// @param callId its id
/// @param agentId who acted
/// @param tool with what
/// @param scopeId the tool's scope
/// @param state `reserved`, `executed`, `failed` or `unknown`
/// @param idempotencyKey what the tool is sent as `Idempotency-Key`, the same with each attempt
/// @param attempts how often the tool was tried
/// @param argsHash stands for the arguments
/// @param spendUsd what is held or was spent for it, in USD
/// @param runId whose timeline shows it
/// @param createdAt when it was reserved
/// @param settledAt when it left `reserved`, or was resolved
/// @param resolvedBy the id of the API key by which a person has resolved it
/// @param note what was noted then
/// @param statusCode the tool's last HTTP status
/// @param message why it did not succeed, for people
/// @param raw the whole object, unmodifiable
public record GovernedCall(
    @Nullable String callId,
    @Nullable String agentId,
    @Nullable String tool,
    @Nullable String scopeId,
    @Nullable String state,
    @Nullable String idempotencyKey,
    @Nullable Long attempts,
    @Nullable String argsHash,
    @Nullable BigDecimal spendUsd,
    @Nullable String runId,
    @Nullable Instant createdAt,
    @Nullable Instant settledAt,
    @Nullable String resolvedBy,
    @Nullable String note,
    @Nullable Long statusCode,
    @Nullable String message,
    Map<String, @Nullable Object> raw) {
  static GovernedCall read(Fields fields) {
    return new GovernedCall(
        fields.text("call_id"),
        fields.text("agent_id"),
        fields.text("tool"),
        fields.text("scope_id"),
        fields.text("state"),
        fields.text("idempotency_key"),
        fields.number("attempts"),
        fields.text("args_hash"),
        fields.money("spend_usd"),
        fields.text("run_id"),
        fields.instant("created_at"),
        fields.instant("settled_at"),
        fields.text("resolved_by"),
        fields.text("note"),
        fields.number("status_code"),
        fields.text("message"),
        fields.raw());
  }
}
