package dev.onceonly.sdk.tool;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How tool calls are made exactly once. Immutable; each method gives a changed copy.
///
/// @param keyPrefix the first part of each key, not blank; `tool` by default
/// @param onDuplicate what a duplicate is answered; skipped by default
/// @param ttl how long the lock lasts, or the lease without being extended; null for a day and 300
///   s
/// @param meta kept with each key beside the tool's name: at most 2,048 bytes of JSON; empty by
///   default
/// @param failOpen overrides the client's `failOpen` for these locks; null to keep it. A replayed
///   call never fails open
/// @param perConversation whether the same call in another conversation is another action; not by
///   default
/// @param retryFailed whether, with replays, a call that has failed may be made again; not by
///   default
/// @param timeout how long a replay waits for a call that is running elsewhere; 60 s by default
public record IdempotentToolOptions(
    String keyPrefix,
    OnDuplicate onDuplicate,
    @Nullable Duration ttl,
    Map<String, Object> meta,
    @Nullable Boolean failOpen,
    boolean perConversation,
    boolean retryFailed,
    Duration timeout) {
  private static final IdempotentToolOptions DEFAULTS =
      new IdempotentToolOptions(
          "tool", OnDuplicate.SKIP, null, Map.of(), null, false, false, Duration.ofSeconds(60));

  /// Refuses a blank prefix and a time that is not positive.
  public IdempotentToolOptions {
    if (keyPrefix.isBlank()) {
      throw new IllegalArgumentException("keyPrefix must not be blank");
    }
    if ((ttl != null && !isPositive(ttl)) || !isPositive(timeout)) {
      throw new IllegalArgumentException("ttl and timeout must be longer than nothing");
    }
    meta = Collections.unmodifiableMap(new LinkedHashMap<>(meta));
  }

  /// Every option at its default.
  public static IdempotentToolOptions defaults() {
    return DEFAULTS;
  }

  /// A copy with another `keyPrefix`.
  public IdempotentToolOptions keyPrefix(String keyPrefix) {
    return new IdempotentToolOptions(
        keyPrefix, onDuplicate, ttl, meta, failOpen, perConversation, retryFailed, timeout);
  }

  /// A copy with another `onDuplicate`.
  public IdempotentToolOptions onDuplicate(OnDuplicate onDuplicate) {
    return new IdempotentToolOptions(
        keyPrefix, onDuplicate, ttl, meta, failOpen, perConversation, retryFailed, timeout);
  }

  /// A copy with another `ttl`.
  public IdempotentToolOptions ttl(@Nullable Duration ttl) {
    return new IdempotentToolOptions(
        keyPrefix, onDuplicate, ttl, meta, failOpen, perConversation, retryFailed, timeout);
  }

  /// A copy with another `meta`.
  public IdempotentToolOptions meta(Map<String, Object> meta) {
    return new IdempotentToolOptions(
        keyPrefix, onDuplicate, ttl, meta, failOpen, perConversation, retryFailed, timeout);
  }

  /// A copy with another `failOpen`.
  public IdempotentToolOptions failOpen(@Nullable Boolean failOpen) {
    return new IdempotentToolOptions(
        keyPrefix, onDuplicate, ttl, meta, failOpen, perConversation, retryFailed, timeout);
  }

  /// A copy with another `perConversation`.
  public IdempotentToolOptions perConversation(boolean perConversation) {
    return new IdempotentToolOptions(
        keyPrefix, onDuplicate, ttl, meta, failOpen, perConversation, retryFailed, timeout);
  }

  /// A copy with another `retryFailed`.
  public IdempotentToolOptions retryFailed(boolean retryFailed) {
    return new IdempotentToolOptions(
        keyPrefix, onDuplicate, ttl, meta, failOpen, perConversation, retryFailed, timeout);
  }

  /// A copy with another `timeout`.
  public IdempotentToolOptions timeout(Duration timeout) {
    return new IdempotentToolOptions(
        keyPrefix, onDuplicate, ttl, meta, failOpen, perConversation, retryFailed, timeout);
  }

  private static boolean isPositive(Duration duration) {
    return !duration.isZero() && !duration.isNegative();
  }
}
