package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Values;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A keyed run (`key`: the work that the metadata describes is done once for it) or a governed tool
/// call (`agentId` and `tool`). Mutable: a verb makes one, hands it to the function that it is
/// given, and reads it at once.
public final class RunOptions {
  @Nullable String key;
  @Nullable Duration ttl;
  @Nullable Map<String, ? extends @Nullable Object> metadata;
  @Nullable String agentId;
  @Nullable String tool;
  @Nullable Map<String, ? extends @Nullable Object> args;
  @Nullable BigDecimal spendUsd;
  @Nullable String runId;
  @Nullable String fingerprint;
  boolean retryFailed;

  RunOptions() {}

  /// The idempotency key of a keyed run.
  public RunOptions key(@Nullable String key) {
    this.key = key;
    return this;
  }

  /// How long the lease lasts without being extended, in whole seconds (a part of one counts as
  /// one); the plan's default unless set.
  public RunOptions ttl(@Nullable Duration ttl) {
    this.ttl = ttl;
    return this;
  }

  /// Kept with the key: a map, record or bean as it is, anything else as `{"value": text}`; at most
  /// 64 KiB of JSON.
  public RunOptions metadata(@Nullable Object metadata) {
    this.metadata = Values.metadata(metadata);
    return this;
  }

  /// Who calls the tool; beside a key, who acts.
  public RunOptions agentId(@Nullable String agentId) {
    this.agentId = agentId;
    return this;
  }

  /// Which tool is called.
  public RunOptions tool(@Nullable String tool) {
    this.tool = tool;
    return this;
  }

  /// The tool's arguments, at most 64 KiB of JSON; none unless set.
  public RunOptions args(@Nullable Map<String, ? extends @Nullable Object> args) {
    this.args = Arguments.frozen(args);
    return this;
  }

  /// What the call is expected to cost, in USD; nothing unless set.
  public RunOptions spendUsd(@Nullable BigDecimal spendUsd) {
    this.spendUsd = spendUsd;
    return this;
  }

  /// The run whose timeline the work is written to.
  ///
  /// @throws IllegalArgumentException if it is blank
  public RunOptions runId(@Nullable String runId) {
    this.runId = Arguments.runId(runId);
    return this;
  }

  /// 1 to 128 characters that stand for the work's input: a later call with the same key and
  /// another fingerprint is refused with 409 `key_reused`.
  ///
  /// @throws IllegalArgumentException if it is empty or longer
  public RunOptions fingerprint(@Nullable String fingerprint) {
    this.fingerprint = Arguments.fingerprint(fingerprint);
    return this;
  }

  /// Whether a key whose last run failed is acquired again; not unless set.
  public RunOptions retryFailed(boolean retryFailed) {
    this.retryFailed = retryFailed;
    return this;
  }
}
