package dev.onceonly.sdk;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What an event may say beside its run and its type. Mutable: a verb makes one, hands it to the
/// function that it is given, and reads it at once.
public final class PostEventOptions {
  @Nullable Instant ts;
  @Nullable String status;
  @Nullable Duration duration;
  @Nullable String step;
  @Nullable String tool;
  @Nullable String reqId;
  @Nullable String leaseId;
  @Nullable String agentId;
  @Nullable String message;
  @Nullable Map<String, ? extends @Nullable Object> data;
  Map<String, ? extends @Nullable Object> extra = Map.of();

  PostEventOptions() {}

  /// When it happened, to the second; now by the server's clock unless set.
  public PostEventOptions ts(@Nullable Instant ts) {
    this.ts = ts;
    return this;
  }

  /// Such as `start`, `ok` or `error`.
  public PostEventOptions status(@Nullable String status) {
    this.status = status;
    return this;
  }

  /// How long it took, sent as `duration_ms`.
  public PostEventOptions duration(@Nullable Duration duration) {
    this.duration = duration;
    return this;
  }

  /// The step that it belongs to.
  public PostEventOptions step(@Nullable String step) {
    this.step = step;
    return this;
  }

  /// The tool that it is about.
  public PostEventOptions tool(@Nullable String tool) {
    this.tool = tool;
    return this;
  }

  /// The request that it belongs to.
  public PostEventOptions reqId(@Nullable String reqId) {
    this.reqId = reqId;
    return this;
  }

  /// The lease that it belongs to.
  public PostEventOptions leaseId(@Nullable String leaseId) {
    this.leaseId = leaseId;
    return this;
  }

  /// Who acted.
  public PostEventOptions agentId(@Nullable String agentId) {
    this.agentId = agentId;
    return this;
  }

  /// A text for people.
  public PostEventOptions message(@Nullable String message) {
    this.message = message;
    return this;
  }

  /// Anything else, at most 16 KiB of JSON.
  public PostEventOptions data(@Nullable Map<String, ? extends @Nullable Object> data) {
    this.data = Arguments.frozen(data);
    return this;
  }

  /// Further fields of the event itself, beside those above.
  public PostEventOptions extra(Map<String, ? extends @Nullable Object> extra) {
    this.extra = Arguments.copy(extra);
    return this;
  }
}
