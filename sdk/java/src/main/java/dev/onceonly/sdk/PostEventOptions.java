package dev.onceonly.sdk;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What an event may say beside its run and its type.
///
/// @param ts when it happened, to the second; null for now by the server's clock
/// @param status such as `start`, `ok`, `error`
/// @param duration how long it took, sent as `duration_ms`
/// @param step the step that it belongs to
/// @param tool the tool that it is about
/// @param reqId the request that it belongs to
/// @param leaseId the lease that it belongs to
/// @param agentId who acted
/// @param message a text for people
/// @param data anything else, at most 16 KiB of JSON
/// @param extra further fields of the event itself, beside those above
public record PostEventOptions(
    @Nullable Instant ts,
    @Nullable String status,
    @Nullable Duration duration,
    @Nullable String step,
    @Nullable String tool,
    @Nullable String reqId,
    @Nullable String leaseId,
    @Nullable String agentId,
    @Nullable String message,
    @Nullable Map<String, ? extends @Nullable Object> data,
    Map<String, ? extends @Nullable Object> extra) {
  private static final PostEventOptions DEFAULTS =
      new PostEventOptions(null, null, null, null, null, null, null, null, null, null, Map.of());

  public PostEventOptions {
    data = Arguments.frozen(data);
    extra = Arguments.copy(extra);
  }

  /// Every option at its default.
  public static PostEventOptions defaults() {
    return DEFAULTS;
  }

  /// A copy with another `ts`.
  public PostEventOptions ts(@Nullable Instant ts) {
    return new PostEventOptions(
        ts, status, duration, step, tool, reqId, leaseId, agentId, message, data, extra);
  }

  /// A copy with another `status`.
  public PostEventOptions status(@Nullable String status) {
    return new PostEventOptions(
        ts, status, duration, step, tool, reqId, leaseId, agentId, message, data, extra);
  }

  /// A copy with another `duration`.
  public PostEventOptions duration(@Nullable Duration duration) {
    return new PostEventOptions(
        ts, status, duration, step, tool, reqId, leaseId, agentId, message, data, extra);
  }

  /// A copy with another `step`.
  public PostEventOptions step(@Nullable String step) {
    return new PostEventOptions(
        ts, status, duration, step, tool, reqId, leaseId, agentId, message, data, extra);
  }

  /// A copy with another `tool`.
  public PostEventOptions tool(@Nullable String tool) {
    return new PostEventOptions(
        ts, status, duration, step, tool, reqId, leaseId, agentId, message, data, extra);
  }

  /// A copy with another `reqId`.
  public PostEventOptions reqId(@Nullable String reqId) {
    return new PostEventOptions(
        ts, status, duration, step, tool, reqId, leaseId, agentId, message, data, extra);
  }

  /// A copy with another `leaseId`.
  public PostEventOptions leaseId(@Nullable String leaseId) {
    return new PostEventOptions(
        ts, status, duration, step, tool, reqId, leaseId, agentId, message, data, extra);
  }

  /// A copy with another `agentId`.
  public PostEventOptions agentId(@Nullable String agentId) {
    return new PostEventOptions(
        ts, status, duration, step, tool, reqId, leaseId, agentId, message, data, extra);
  }

  /// A copy with another `message`.
  public PostEventOptions message(@Nullable String message) {
    return new PostEventOptions(
        ts, status, duration, step, tool, reqId, leaseId, agentId, message, data, extra);
  }

  /// A copy with another `data`.
  public PostEventOptions data(@Nullable Map<String, ? extends @Nullable Object> data) {
    return new PostEventOptions(
        ts, status, duration, step, tool, reqId, leaseId, agentId, message, data, extra);
  }

  /// A copy with another `extra`.
  public PostEventOptions extra(Map<String, ? extends @Nullable Object> extra) {
    return new PostEventOptions(
        ts, status, duration, step, tool, reqId, leaseId, agentId, message, data, extra);
  }
}
