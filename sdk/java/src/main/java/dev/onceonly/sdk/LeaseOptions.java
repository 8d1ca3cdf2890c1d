package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Values;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What `lease` may be told beside the key.
///
/// @param ttl how long the lease lasts without being extended, in whole seconds; null for the
///   plan's default
/// @param metadata kept with the key: at most 64 KiB of JSON; null for none
/// @param fingerprint 1 to 128 characters that stand for the work's input: a later call with the
///   same key and another fingerprint is refused with 409 `key_reused`
/// @param retryFailed whether a key whose last run failed is acquired again
public record LeaseOptions(
    @Nullable Duration ttl,
    @Nullable Map<String, ? extends @Nullable Object> metadata,
    @Nullable String fingerprint,
    boolean retryFailed) {
  private static final LeaseOptions DEFAULTS = new LeaseOptions(null, null, null, false);

  public LeaseOptions {
    metadata = Arguments.frozen(metadata);
    Arguments.fingerprint(fingerprint);
  }

  /// Every option at its default.
  public static LeaseOptions defaults() {
    return DEFAULTS;
  }

  /// A copy with another `ttl`.
  public LeaseOptions ttl(@Nullable Duration ttl) {
    return new LeaseOptions(ttl, metadata, fingerprint, retryFailed);
  }

  /// A copy with another `metadata`: a map, record or bean as it is, anything else as `{"value":
  /// text}`.
  public LeaseOptions metadata(@Nullable Object metadata) {
    return new LeaseOptions(ttl, Values.metadata(metadata), fingerprint, retryFailed);
  }

  /// A copy with another `fingerprint`.
  public LeaseOptions fingerprint(@Nullable String fingerprint) {
    return new LeaseOptions(ttl, metadata, fingerprint, retryFailed);
  }

  /// A copy with another `retryFailed`.
  public LeaseOptions retryFailed(boolean retryFailed) {
    return new LeaseOptions(ttl, metadata, fingerprint, retryFailed);
  }
}
