package dev.onceonly.sdk.tool;

import dev.onceonly.sdk.AiResult;
import dev.onceonly.sdk.CheckLockResult;
import dev.onceonly.sdk.OnceOnly;
import dev.onceonly.sdk.RunFnOptions;
import dev.onceonly.sdk.internal.guard.Once;
import dev.onceonly.sdk.internal.json.Fingerprint;
import java.math.BigInteger;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Runs each tool call once: equal arguments of the same tool are one action, however often the
/// model asks for it and on however many machines. Immutable and thread-safe; the client stays the
/// caller's to close.
public final class IdempotentToolCalls {
  private static final Duration LOCK_TTL = Duration.ofDays(1);
  private static final Duration LEASE_TTL = Duration.ofMinutes(5);

  private final OnceOnly client;
  private final IdempotentToolOptions options;

  /// Guards by `client`.
  ///
  /// @throws IllegalArgumentException if the options can't be right together
  public IdempotentToolCalls(OnceOnly client, Consumer<IdempotentToolOptions> options) {
    this.client = client;
    this.options = new IdempotentToolOptions();
    options.accept(this.options);
    if (this.options.onDuplicate == OnDuplicate.REPLAY) {
      Once.checkReplay(this.options.ttl, this.options.failOpen);
    }
  }

  /// The key of a call: `<keyPrefix>:<tool>:<SHA-256 of the arguments' canonical JSON>`, the key
  /// part being part of what is hashed when the options name one. Numbers count with all their
  /// digits.
  ///
  /// @throws IllegalArgumentException if the options name a key part that the call does not have,
  ///   or the arguments name a property twice
  public String keyOf(ToolCall call) {
    return options.keyPrefix
        + ":"
        + call.tool()
        + ":"
        + ToolJson.hash(call.arguments(), part(call));
  }

  private @Nullable String part(ToolCall call) {
    if (options.keyPart == null) {
      return null;
    }
    Object part = options.keyPart.apply(call);
    String text = part != null && isKeyPart(part) ? part.toString() : "";
    if (text.isBlank()) {
      throw new IllegalArgumentException(
          "keyPart must be a text, an integer or a UUID, and is "
              + (part == null ? "missing" : part instanceof String ? "empty" : part.getClass())
              + " in the call of "
              + call.tool());
    }
    return text;
  }

  // The text of anything else may differ from process to process, or say nothing.
  private static boolean isKeyPart(Object part) {
    return part instanceof String
        || part instanceof Integer
        || part instanceof Long
        || part instanceof BigInteger
        || part instanceof UUID;
  }

  /// Runs `tool` in this thread unless the call has been made before, and gives the text for the
  /// model: the tool's own, or at a duplicate what [OnDuplicate] says. What the tool throws comes
  /// out as it is.
  ///
  /// @throws dev.onceonly.sdk.error.OnceOnlyException when the key can't be taken, so that the tool
  ///   has not run; when the tool has run and its lease is lost or its result not recorded; or at a
  ///   duplicate that the options tell by an error
  public String call(ToolCall call, Supplier<String> tool) {
    return switch (options.onDuplicate) {
      case TELL, RAISE -> locked(call, tool);
      case REPLAY -> leased(call, tool);
    };
  }

  private String locked(ToolCall call, Supplier<String> tool) {
    CheckLockResult lock =
        client.checkLock(
            keyOf(call),
            o ->
                o.ttl(ttlOr(LOCK_TTL))
                    .meta(meta(call))
                    .failOpen(options.failOpen)
                    .fingerprint(fingerprint(call)));
    if (lock.duplicate()) {
      if (options.onDuplicate == OnDuplicate.RAISE) {
        throw Once.duplicate(lock);
      }
      return ToolText.duplicate(call.tool(), lock.firstSeenAt());
    }
    try {
      return tool.get();
    } catch (Throwable e) {
      Once.failed(client, lock, Once.isOneOf(options.releasedExceptions, e));
      throw e;
    }
  }

  private String leased(ToolCall call, Supplier<String> tool) {
    AiResult result =
        client
            .ai()
            .runFn(
                keyOf(call),
                lease -> ToolJson.stored(tool.get()),
                o -> {
                  o.ttl(ttlOr(LEASE_TTL))
                      .metadata(meta(call))
                      .retryFailed(options.retryFailed)
                      .timeout(options.timeout)
                      .fingerprint(fingerprint(call))
                      .errorCode("tool_error");
                  released(o);
                });
    return ToolText.replayed(call.tool(), result);
  }

  // Whoever has a list of classes has an array of them, too.
  @SuppressWarnings("unchecked")
  private void released(RunFnOptions own) {
    own.releaseOnException(options.releasedExceptions.toArray(Class[]::new));
  }

  private @Nullable String fingerprint(ToolCall call) {
    return options.fingerprintFunction == null
        ? null
        : Fingerprint.of(options.fingerprintFunction.apply(call));
  }

  private Duration ttlOr(Duration otherwise) {
    Duration ttl = options.ttl;
    return ttl == null ? otherwise : ttl;
  }

  private Map<String, Object> meta(ToolCall call) {
    Map<String, Object> meta = new LinkedHashMap<>(options.meta);
    meta.put("tool", call.tool());
    return meta;
  }
}
