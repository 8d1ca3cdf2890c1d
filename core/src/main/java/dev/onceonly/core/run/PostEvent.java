package dev.onceonly.core.run;

import dev.onceonly.core.run.RunEventRow.Labels;
import org.jspecify.annotations.Nullable;

/// Adds one event to a timeline; the bounds are those of [RunEventRow].
///
/// @param ts when it happened, unix seconds; null is the instant at which it is stored
/// @param dataJson an object as compact JSON
public record PostEvent(
    RunKey run,
    @Nullable Long ts,
    String type,
    Labels labels,
    @Nullable Long durationMs,
    @Nullable String dataJson) {

  /// The event as it is stored.
  public RunEventRow storedAt(long nowMs) {
    long happened = ts == null ? Math.floorDiv(nowMs, 1_000) : ts;
    return new RunEventRow(happened, nowMs, type, labels, durationMs, dataJson);
  }
}
