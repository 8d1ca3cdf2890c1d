package dev.onceonly.sdk;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What an agent did in a period that ends now. What the server did not send is null.
///
/// @param agentId which agent
/// @param period `hour`, `day` or `week`
/// @param totalActions calls that were not blocked
/// @param blockedActions calls that were
/// @param totalSpendUsd what they cost, in USD
/// @param topTools maps of `tool` and `count`, the most used first
/// @param raw the whole answer, unmodifiable
public record AgentMetrics(
    @Nullable String agentId,
    @Nullable String period,
    @Nullable Long totalActions,
    @Nullable Long blockedActions,
    @Nullable BigDecimal totalSpendUsd,
    List<Map<String, @Nullable Object>> topTools,
    Map<String, @Nullable Object> raw) {}
