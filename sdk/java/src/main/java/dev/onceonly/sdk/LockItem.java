package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Values;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One lock that `checkLockBatch` asks for. Start with [#of].
///
/// @param key 1 to 256 characters
/// @param ttl how long the lock lasts, in whole seconds; null for the plan's default
/// @param meta kept with the lock: at most 2,048 bytes of JSON; null for none
/// @param fingerprint 1 to 128 characters that stand for the work's input: a later call with the
///   same key and another fingerprint is refused with 409 `key_reused`
public record LockItem(
    String key,
    @Nullable Duration ttl,
    @Nullable Map<String, ? extends @Nullable Object> meta,
    @Nullable String fingerprint) {
  public LockItem {
    Arguments.key(key);
    meta = Arguments.frozen(meta);
    Arguments.fingerprint(fingerprint);
  }

  /// A lock with this key and every option at its default.
  public static LockItem of(String key) {
    return new LockItem(key, null, null, null);
  }

  /// A copy with another `ttl`.
  public LockItem ttl(@Nullable Duration ttl) {
    return new LockItem(key, ttl, meta, fingerprint);
  }

  /// A copy with another `meta`: a map, record or bean as it is, anything else as `{"value":
  /// text}`.
  public LockItem meta(@Nullable Object meta) {
    return new LockItem(key, ttl, Values.metadata(meta), fingerprint);
  }

  /// A copy with another `fingerprint`.
  public LockItem fingerprint(@Nullable String fingerprint) {
    return new LockItem(key, ttl, meta, fingerprint);
  }
}
