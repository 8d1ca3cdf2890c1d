package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Values;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What `checkLock` may be told beside the key. Mutable: a verb makes one, hands it to the function
/// that it is given, and reads it at once.
public final class CheckLockOptions {
  @Nullable Duration ttl;
  @Nullable Map<String, ? extends @Nullable Object> meta;
  @Nullable String requestId;
  @Nullable String fingerprint;
  @Nullable Boolean failOpen;

  CheckLockOptions() {}

  /// How long the lock lasts, in whole seconds (a part of one counts as one); the plan's default
  /// unless set.
  public CheckLockOptions ttl(@Nullable Duration ttl) {
    this.ttl = Arguments.ttl(ttl);
    return this;
  }

  /// Kept with the lock: a map, record or bean as it is, anything else as `{"value": text}`; at
  /// most 2,048 bytes of JSON.
  public CheckLockOptions meta(@Nullable Object meta) {
    this.meta = Values.metadata(meta);
    return this;
  }

  /// Sent as `X-Request-Id` and echoed by the server; one that the server makes unless set.
  ///
  /// @throws IllegalArgumentException if it has other than visible ASCII characters and blanks
  public CheckLockOptions requestId(@Nullable String requestId) {
    if (requestId != null && !requestId.chars().allMatch(c -> c >= ' ' && c <= '~')) {
      throw new IllegalArgumentException("requestId must consist of visible ASCII characters");
    }
    this.requestId = requestId;
    return this;
  }

  /// 1 to 128 characters that stand for the work's input: a later call with the same key and
  /// another fingerprint is refused with 409 `key_reused`.
  ///
  /// @throws IllegalArgumentException if it is empty or longer
  public CheckLockOptions fingerprint(@Nullable String fingerprint) {
    this.fingerprint = Arguments.fingerprint(fingerprint);
    return this;
  }

  /// Overrides the client's `failOpen` for this call; null to keep it. `ONCEONLY_FAIL_OPEN=false`
  /// wins over it.
  public CheckLockOptions failOpen(@Nullable Boolean failOpen) {
    this.failOpen = failOpen;
    return this;
  }
}
