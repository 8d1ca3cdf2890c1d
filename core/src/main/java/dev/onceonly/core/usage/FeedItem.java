package dev.onceonly.core.usage;

import dev.onceonly.core.step.Fact;
import org.jspecify.annotations.Nullable;

/// One item of the recent feed.
///
/// @param atMs when it happened, epoch milliseconds
/// @param key the idempotency key it is about
/// @param leaseId the lease it is about
/// @param blocked the governed call that it is about
public record FeedItem(
    long namespaceId,
    long atMs,
    Type type,
    @Nullable String key,
    @Nullable String leaseId,
    @Nullable Blocked blocked)
    implements Fact {

  /// An item that is about no governed call.
  public FeedItem(
      long namespaceId, long atMs, Type type, @Nullable String key, @Nullable String leaseId) {
    this(namespaceId, atMs, type, key, leaseId, null);
  }

  /// A governed call that a policy or a switch has blocked, in the words of the wire.
  public record Blocked(
      String agentId,
      String tool,
      String reason,
      String riskLevel,
      @Nullable String policyVersion) {}

  /// What happened. The set is open to readers: later versions add to it.
  public enum Type {
    DUPLICATE,
    OVER_LIMIT,
    AI_ACQUIRED,
    AI_COMPLETED,
    AI_FAILED,
    POLICY_BLOCKED
  }
}
