package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Values;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What `checkLock` may be told beside the key. Immutable; each method gives a changed copy.
///
/// @param ttl how long the lock lasts, in whole seconds (a part of one counts as one); null for the
///   plan's default
/// @param meta kept with the lock: at most 2,048 bytes of JSON; null for none
/// @param requestId sent as `X-Request-Id` and echoed by the server; null for one that the server
///   makes
/// @param fingerprint 1 to 128 characters that stand for the work's input: a later call with the
///   same key and another fingerprint is refused with 409 `key_reused`
/// @param failOpen overrides the client's `failOpen` for this call; null to keep it
public record CheckLockOptions(
    @Nullable Duration ttl,
    @Nullable Map<String, ? extends @Nullable Object> meta,
    @Nullable String requestId,
    @Nullable String fingerprint,
    @Nullable Boolean failOpen) {
  private static final CheckLockOptions DEFAULTS =
      new CheckLockOptions(null, null, null, null, null);

  public CheckLockOptions {
    meta = Arguments.frozen(meta);
    Arguments.fingerprint(fingerprint);
  }

  /// Every option at its default.
  public static CheckLockOptions defaults() {
    return DEFAULTS;
  }

  /// A copy with another `ttl`.
  public CheckLockOptions ttl(@Nullable Duration ttl) {
    return new CheckLockOptions(ttl, meta, requestId, fingerprint, failOpen);
  }

  /// A copy with another `meta`: a map, record or bean as it is, anything else as `{"value":
  /// text}`.
  public CheckLockOptions meta(@Nullable Object meta) {
    return new CheckLockOptions(ttl, Values.metadata(meta), requestId, fingerprint, failOpen);
  }

  /// A copy with another `requestId`.
  public CheckLockOptions requestId(@Nullable String requestId) {
    return new CheckLockOptions(ttl, meta, requestId, fingerprint, failOpen);
  }

  /// A copy with another `fingerprint`.
  public CheckLockOptions fingerprint(@Nullable String fingerprint) {
    return new CheckLockOptions(ttl, meta, requestId, fingerprint, failOpen);
  }

  /// A copy with another `failOpen`.
  public CheckLockOptions failOpen(@Nullable Boolean failOpen) {
    return new CheckLockOptions(ttl, meta, requestId, fingerprint, failOpen);
  }
}
