package dev.onceonly.core.usage;

import dev.onceonly.core.step.Fact;
import org.jspecify.annotations.Nullable;

/// One item of the recent feed.
///
/// @param atMs when it happened, epoch milliseconds
/// @param key the idempotency key it is about
/// @param leaseId the lease it is about
public record FeedItem(
    long namespaceId, long atMs, Type type, @Nullable String key, @Nullable String leaseId)
    implements Fact {

  /// What happened. The set is open to readers: later versions add to it.
  public enum Type {
    DUPLICATE,
    OVER_LIMIT,
    AI_ACQUIRED,
    AI_COMPLETED,
    AI_FAILED
  }
}
