package dev.onceonly.sdk.tool;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// How tool calls are made exactly once. Mutable: it is made for the function that is given to the
/// constructor, and must not be changed later.
public final class IdempotentToolOptions {
  String keyPrefix = "tool";
  OnDuplicate onDuplicate = OnDuplicate.TELL;
  @Nullable Duration ttl;
  Map<String, Object> meta = Map.of();
  @Nullable Boolean failOpen;
  @Nullable Function<ToolCall, @Nullable Object> keyPart;
  List<Class<? extends Throwable>> releasedExceptions = List.of();
  @Nullable Function<ToolCall, @Nullable Object> fingerprintFunction;
  boolean retryFailed;
  Duration timeout = Duration.ofMinutes(1);

  IdempotentToolOptions() {}

  /// The first part of each key; `tool` unless set.
  ///
  /// @throws IllegalArgumentException if it is blank
  public IdempotentToolOptions keyPrefix(String keyPrefix) {
    if (isMissing(keyPrefix)) {
      throw new IllegalArgumentException("keyPrefix must not be empty");
    }
    this.keyPrefix = keyPrefix;
    return this;
  }

  /// What a duplicate is answered; told unless set.
  public IdempotentToolOptions onDuplicate(OnDuplicate onDuplicate) {
    this.onDuplicate = onDuplicate;
    return this;
  }

  /// How long the lock lasts, or the lease without being extended; a day and 300 s unless set.
  ///
  /// @throws IllegalArgumentException if it is not above zero
  public IdempotentToolOptions ttl(@Nullable Duration ttl) {
    this.ttl = ttl == null ? null : positive("ttl", ttl);
    return this;
  }

  /// Kept with each key beside the tool's name: at most 2,048 bytes of JSON; empty unless set.
  public IdempotentToolOptions meta(Map<String, Object> meta) {
    this.meta = Collections.unmodifiableMap(new LinkedHashMap<>(meta));
    return this;
  }

  /// Overrides the client's `failOpen` for these locks; null to keep it. A replayed call never
  /// fails open.
  public IdempotentToolOptions failOpen(@Nullable Boolean failOpen) {
    this.failOpen = failOpen;
    return this;
  }

  /// Whether the same call in another conversation is another action; not unless set. A call
  /// without a conversation is then refused, and so is one whose conversation is no text, integer
  /// or UUID.
  public IdempotentToolOptions perConversation(boolean perConversation) {
    return keyPart(perConversation ? ToolCall::conversation : null);
  }

  /// A further part of the key, from the call, such as the customer in its context: `call ->
  /// call.context().get("customer")`. It gives a text, an integer or a UUID. The same call with
  /// another part is another action; one whose part is null, blank or anything else is refused.
  public IdempotentToolOptions keyPart(@Nullable Function<ToolCall, @Nullable Object> keyPart) {
    this.keyPart = keyPart;
    return this;
  }

  /// Makes a value of the call that stands for its input: a later call with the same key and
  /// another one is refused with 409 `key_reused`. Its SHA-256 is sent.
  public IdempotentToolOptions fingerprintFunction(
      @Nullable Function<ToolCall, @Nullable Object> fingerprintFunction) {
    this.fingerprintFunction = fingerprintFunction;
    return this;
  }

  /// Releases the key when the tool throws one of these, so that the model may try again. Without
  /// it the key stays taken, and a warning says so.
  @SafeVarargs
  @SuppressWarnings("varargs") // They are only read.
  public final IdempotentToolOptions releaseOnException(Class<? extends Throwable>... classes) {
    releasedExceptions = List.of(classes);
    return this;
  }

  /// Releases the key whatever the tool throws.
  public IdempotentToolOptions releaseOnException() {
    return releaseOnException(Throwable.class);
  }

  /// Whether, with replays, a call that has failed may be made again; not unless set.
  public IdempotentToolOptions retryFailed(boolean retryFailed) {
    this.retryFailed = retryFailed;
    return this;
  }

  /// How long a replay waits for a call that is running elsewhere; 60 s unless set.
  ///
  /// @throws IllegalArgumentException if it is not above zero
  public IdempotentToolOptions timeout(Duration timeout) {
    this.timeout = positive("timeout", timeout);
    return this;
  }

  // Callers without a null checker exist.
  private static boolean isMissing(@Nullable String text) {
    return text == null || text.isBlank();
  }

  private static Duration positive(String name, Duration duration) {
    if (duration.isZero() || duration.isNegative()) {
      throw new IllegalArgumentException(name + " must be a duration above 0");
    }
    return duration;
  }
}
