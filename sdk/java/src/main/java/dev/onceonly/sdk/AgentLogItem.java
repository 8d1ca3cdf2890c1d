package dev.onceonly.sdk;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One decision in an agent's audit log. What the server did not send is null.
///
/// @param ts when, to the second
/// @param agentId who wanted to act
/// @param tool with what
/// @param allowed whether the policy let the call through
/// @param decision what became of it
/// @param policyReason why
/// @param reason a reason in other words
/// @param riskLevel `low`, `medium` or `high`
/// @param argsHash stands for the arguments, which are not kept
/// @param spendUsd what the call cost, in USD
/// @param raw the whole entry, unmodifiable
public record AgentLogItem(
    @Nullable Instant ts,
    @Nullable String agentId,
    @Nullable String tool,
    boolean allowed,
    @Nullable String decision,
    @Nullable String policyReason,
    @Nullable String reason,
    @Nullable String riskLevel,
    @Nullable String argsHash,
    @Nullable BigDecimal spendUsd,
    Map<String, @Nullable Object> raw) {}
