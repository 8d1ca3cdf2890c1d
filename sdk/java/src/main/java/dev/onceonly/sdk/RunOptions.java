package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Values;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A keyed run (`key`) or a governed tool call (`agentId` and `tool`). Start with [#keyed] or
/// [#governed].
///
/// @param key the idempotency key of a keyed run
/// @param ttl how long the lease lasts without being extended, in whole seconds; null for the
///   plan's default
/// @param metadata kept with the key: at most 64 KiB of JSON; null for none
/// @param agentId who calls the tool
/// @param tool which tool is called
/// @param args the tool's arguments, at most 64 KiB of JSON; null for none
/// @param spendUsd what the call is expected to cost, in USD; null for nothing
/// @param runId the run whose timeline the work is written to; blank is refused
/// @param fingerprint 1 to 128 characters that stand for the work's input: a later call with the
///   same key and another fingerprint is refused with 409 `key_reused`
/// @param retryFailed whether a key whose last run failed is acquired again
public record RunOptions(
    @Nullable String key,
    @Nullable Duration ttl,
    @Nullable Map<String, ? extends @Nullable Object> metadata,
    @Nullable String agentId,
    @Nullable String tool,
    @Nullable Map<String, ? extends @Nullable Object> args,
    @Nullable BigDecimal spendUsd,
    @Nullable String runId,
    @Nullable String fingerprint,
    boolean retryFailed) {
  private static final RunOptions DEFAULTS =
      new RunOptions(null, null, null, null, null, null, null, null, null, false);

  public RunOptions {
    metadata = Arguments.frozen(metadata);
    args = Arguments.frozen(args);
    runId = Arguments.runId(runId);
    Arguments.fingerprint(fingerprint);
  }

  /// Every option at its default.
  public static RunOptions defaults() {
    return DEFAULTS;
  }

  /// A keyed run: the work that the metadata describes is done once for this key.
  public static RunOptions keyed(String key) {
    return DEFAULTS.key(key);
  }

  /// A governed call of a tool in an agent's name.
  public static RunOptions governed(String agentId, String tool) {
    return DEFAULTS.agentId(agentId).tool(tool);
  }

  /// A copy with another `key`.
  public RunOptions key(@Nullable String key) {
    return new RunOptions(
        key, ttl, metadata, agentId, tool, args, spendUsd, runId, fingerprint, retryFailed);
  }

  /// A copy with another `ttl`.
  public RunOptions ttl(@Nullable Duration ttl) {
    return new RunOptions(
        key, ttl, metadata, agentId, tool, args, spendUsd, runId, fingerprint, retryFailed);
  }

  /// A copy with another `metadata`: a map, record or bean as it is, anything else as `{"value":
  /// text}`.
  public RunOptions metadata(@Nullable Object metadata) {
    return new RunOptions(
        key,
        ttl,
        Values.metadata(metadata),
        agentId,
        tool,
        args,
        spendUsd,
        runId,
        fingerprint,
        retryFailed);
  }

  /// A copy with another `agentId`.
  public RunOptions agentId(@Nullable String agentId) {
    return new RunOptions(
        key, ttl, metadata, agentId, tool, args, spendUsd, runId, fingerprint, retryFailed);
  }

  /// A copy with another `tool`.
  public RunOptions tool(@Nullable String tool) {
    return new RunOptions(
        key, ttl, metadata, agentId, tool, args, spendUsd, runId, fingerprint, retryFailed);
  }

  /// A copy with another `args`.
  public RunOptions args(@Nullable Map<String, ? extends @Nullable Object> args) {
    return new RunOptions(
        key, ttl, metadata, agentId, tool, args, spendUsd, runId, fingerprint, retryFailed);
  }

  /// A copy with another `spendUsd`.
  public RunOptions spendUsd(@Nullable BigDecimal spendUsd) {
    return new RunOptions(
        key, ttl, metadata, agentId, tool, args, spendUsd, runId, fingerprint, retryFailed);
  }

  /// A copy with another `runId`.
  public RunOptions runId(@Nullable String runId) {
    return new RunOptions(
        key, ttl, metadata, agentId, tool, args, spendUsd, runId, fingerprint, retryFailed);
  }

  /// A copy with another `fingerprint`.
  public RunOptions fingerprint(@Nullable String fingerprint) {
    return new RunOptions(
        key, ttl, metadata, agentId, tool, args, spendUsd, runId, fingerprint, retryFailed);
  }

  /// A copy with another `retryFailed`.
  public RunOptions retryFailed(boolean retryFailed) {
    return new RunOptions(
        key, ttl, metadata, agentId, tool, args, spendUsd, runId, fingerprint, retryFailed);
  }
}
