package dev.onceonly.sdk;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is run, as in [RunOptions], and how to wait for it. Mutable: a verb makes one, hands it to
/// the function that it is given, and reads it at once.
public final class RunAndWaitOptions {
  final RunOptions run = new RunOptions();
  final WaitOptions wait = new WaitOptions();

  RunAndWaitOptions() {}

  /// The idempotency key of a keyed run.
  public RunAndWaitOptions key(@Nullable String key) {
    run.key(key);
    return this;
  }

  /// How long the lease lasts without being extended, in whole seconds (a part of one counts as
  /// one); the plan's default unless set.
  public RunAndWaitOptions ttl(@Nullable Duration ttl) {
    run.ttl(ttl);
    return this;
  }

  /// Kept with the key: a map, record or bean as it is, anything else as `{"value": text}`; at most
  /// 64 KiB of JSON.
  public RunAndWaitOptions metadata(@Nullable Object metadata) {
    run.metadata(metadata);
    return this;
  }

  /// Who calls the tool; beside a key, who acts.
  public RunAndWaitOptions agentId(@Nullable String agentId) {
    run.agentId(agentId);
    return this;
  }

  /// Which tool is called.
  public RunAndWaitOptions tool(@Nullable String tool) {
    run.tool(tool);
    return this;
  }

  /// The tool's arguments, at most 64 KiB of JSON; none unless set.
  public RunAndWaitOptions args(@Nullable Map<String, ? extends @Nullable Object> args) {
    run.args(args);
    return this;
  }

  /// What the call is expected to cost, in USD; nothing unless set.
  public RunAndWaitOptions spendUsd(@Nullable BigDecimal spendUsd) {
    run.spendUsd(spendUsd);
    return this;
  }

  /// The run whose timeline the work is written to.
  ///
  /// @throws IllegalArgumentException if it is blank
  public RunAndWaitOptions runId(@Nullable String runId) {
    run.runId(runId);
    return this;
  }

  /// 1 to 128 characters that stand for the work's input: a later call with the same key and
  /// another fingerprint is refused with 409 `key_reused`.
  ///
  /// @throws IllegalArgumentException if it is empty or longer
  public RunAndWaitOptions fingerprint(@Nullable String fingerprint) {
    run.fingerprint(fingerprint);
    return this;
  }

  /// Whether a key whose last run failed is acquired again; not unless set.
  public RunAndWaitOptions retryFailed(boolean retryFailed) {
    run.retryFailed(retryFailed);
    return this;
  }

  /// How long to wait in all; a minute unless set.
  ///
  /// @throws IllegalArgumentException if it is negative
  public RunAndWaitOptions timeout(Duration timeout) {
    wait.timeout(timeout);
    return this;
  }

  /// The shortest pause between two looks at a server that does not know `wait`; half a second
  /// unless set.
  ///
  /// @throws IllegalArgumentException if it is not above zero
  public RunAndWaitOptions pollMin(Duration pollMin) {
    wait.pollMin(pollMin);
    return this;
  }

  /// The longest such pause; 5 seconds unless set.
  ///
  /// @throws IllegalArgumentException if it is not above zero
  public RunAndWaitOptions pollMax(Duration pollMax) {
    wait.pollMax(pollMax);
    return this;
  }

  /// Whether the lease is extended while waiting, if the caller owns it; it is unless turned off.
  public RunAndWaitOptions autoExtend(boolean autoExtend) {
    wait.autoExtend(autoExtend);
    return this;
  }

  /// The pause between two extends; 30 seconds unless set.
  ///
  /// @throws IllegalArgumentException if it is not above zero
  public RunAndWaitOptions extendEvery(Duration extendEvery) {
    wait.extendEvery(extendEvery);
    return this;
  }
}
