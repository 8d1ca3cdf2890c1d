package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Values;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What `lease` may be told beside the key. Mutable: a verb makes one, hands it to the function
/// that it is given, and reads it at once.
public final class LeaseOptions {
  @Nullable Duration ttl;
  @Nullable Map<String, ? extends @Nullable Object> metadata;
  @Nullable String fingerprint;
  boolean retryFailed;

  LeaseOptions() {}

  /// How long the lease lasts without being extended, in whole seconds (a part of one counts as
  /// one); the plan's default unless set.
  public LeaseOptions ttl(@Nullable Duration ttl) {
    this.ttl = Arguments.ttl(ttl);
    return this;
  }

  /// Kept with the key: a map, record or bean as it is, anything else as `{"value": text}`; at most
  /// 64 KiB of JSON.
  public LeaseOptions metadata(@Nullable Object metadata) {
    this.metadata = Values.metadata(metadata);
    return this;
  }

  /// 1 to 128 characters that stand for the work's input: a later call with the same key and
  /// another fingerprint is refused with 409 `key_reused`.
  ///
  /// @throws IllegalArgumentException if it is empty or longer
  public LeaseOptions fingerprint(@Nullable String fingerprint) {
    this.fingerprint = Arguments.fingerprint(fingerprint);
    return this;
  }

  /// Whether a key whose last run failed is acquired again; not unless set.
  public LeaseOptions retryFailed(boolean retryFailed) {
    this.retryFailed = retryFailed;
    return this;
  }
}
