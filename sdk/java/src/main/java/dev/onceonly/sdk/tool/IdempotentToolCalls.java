package dev.onceonly.sdk.tool;

import dev.onceonly.sdk.AiResult;
import dev.onceonly.sdk.CheckLockResult;
import dev.onceonly.sdk.OnceOnly;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Runs each tool call once: equal arguments of the same tool are one action, however often the
/// model asks for it and on however many machines. Immutable and thread-safe; the client stays the
/// caller's to close.
public final class IdempotentToolCalls {
  private static final Duration LOCK_TTL = Duration.ofDays(1);
  private static final Duration LEASE_TTL = Duration.ofMinutes(5);

  private final OnceOnly client;
  private final IdempotentToolOptions options;

  /// Guards by `client`.
  public IdempotentToolCalls(OnceOnly client, Consumer<IdempotentToolOptions> options) {
    this.client = client;
    this.options = new IdempotentToolOptions();
    options.accept(this.options);
  }

  /// The key of a call: `<keyPrefix>:<tool>:<SHA-256 of the arguments' canonical JSON>`, the
  /// conversation being part of what is hashed when the options say so.
  public String keyOf(ToolCall call) {
    Object conversation = options.perConversation ? call.conversation() : null;
    return options.keyPrefix
        + ":"
        + call.tool()
        + ":"
        + ToolJson.hash(call.arguments(), conversation);
  }

  /// Runs `tool` in this thread unless the call has been made before, and gives the text for the
  /// model: the tool's own, or at a duplicate what [OnDuplicate] says. What the tool throws comes
  /// out as it is.
  ///
  /// @throws dev.onceonly.sdk.error.OnceOnlyException when the key can't be taken, so that the tool
  ///   has not run; or when the tool has run and its lease is lost
  public String call(ToolCall call, Supplier<String> tool) {
    return switch (options.onDuplicate) {
      case SKIP -> locked(call, tool);
      case REPLAY -> leased(call, tool);
    };
  }

  private String locked(ToolCall call, Supplier<String> tool) {
    CheckLockResult lock =
        client.checkLock(
            keyOf(call), o -> o.ttl(ttlOr(LOCK_TTL)).meta(meta(call)).failOpen(options.failOpen));
    return lock.duplicate() ? ToolText.skipped(call.tool()) : tool.get();
  }

  private String leased(ToolCall call, Supplier<String> tool) {
    AiResult result =
        client
            .ai()
            .runFn(
                keyOf(call),
                lease -> ToolJson.stored(tool.get()),
                o ->
                    o.ttl(ttlOr(LEASE_TTL))
                        .metadata(meta(call))
                        .retryFailed(options.retryFailed)
                        .timeout(options.timeout)
                        .errorCode("tool_error"));
    return ToolText.replayed(call.tool(), result);
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
