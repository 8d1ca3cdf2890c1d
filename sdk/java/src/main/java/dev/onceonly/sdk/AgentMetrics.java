package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Fields;
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
/// @param topTools the most used tools first
/// @param raw the whole answer, unmodifiable
public record AgentMetrics(
    @Nullable String agentId,
    @Nullable String period,
    @Nullable Long totalActions,
    @Nullable Long blockedActions,
    @Nullable BigDecimal totalSpendUsd,
    List<ToolCount> topTools,
    Map<String, @Nullable Object> raw) {
  /// How often a tool was called.
  ///
  /// @param tool which
  /// @param count how often
  /// @param raw the whole object, unmodifiable
  public record ToolCount(
      @Nullable String tool, @Nullable Long count, Map<String, @Nullable Object> raw) {
    static ToolCount read(Fields fields) {
      return new ToolCount(fields.text("tool"), fields.number("count"), fields.raw());
    }
  }
}
