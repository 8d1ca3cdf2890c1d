package dev.onceonly.core.run;

import org.jspecify.annotations.Nullable;

/// One event of a timeline. Append-only.
///
/// @param ts when it happened, unix seconds, 0 to 253402300799; may be the caller's
/// @param atMs when it was stored: what retention goes by
/// @param type 1 to 256 characters, free text
/// @param durationMs 0 or more
/// @param dataJson an object, compact JSON of at most 16 KiB
public record RunEventRow(
    long ts,
    long atMs,
    String type,
    Labels labels,
    @Nullable Long durationMs,
    @Nullable String dataJson) {

  /// Texts that an event may carry; null where it does not.
  ///
  /// @param message at most 4,096 characters, the others at most 256
  public record Labels(
      @Nullable String status,
      @Nullable String step,
      @Nullable String tool,
      Ids ids,
      @Nullable String message) {
    public static final Labels NONE = new Labels(null, null, null, Ids.NONE, null);
  }

  /// Who and what it belongs to.
  public record Ids(@Nullable String reqId, @Nullable String leaseId, @Nullable String agentId) {
    public static final Ids NONE = new Ids(null, null, null);
  }
}
