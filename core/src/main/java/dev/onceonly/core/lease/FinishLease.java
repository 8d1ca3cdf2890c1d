package dev.onceonly.core.lease;

import dev.onceonly.core.Claimant;
import dev.onceonly.core.Sha256;
import org.jspecify.annotations.Nullable;

/// Ends a lease.
///
/// @param leaseId as shown to the owner
/// @param by the API key that asks, or the server for its worker
public record FinishLease(LeaseKey key, String leaseId, Outcome outcome, Claimant by) {

  /// How it ends.
  public sealed interface Outcome {

    /// Done.
    ///
    /// @param canonicalResult sorted names and normalised numbers: two results are the same payload
    ///   when these are equal
    record Complete(
        @Nullable String result, @Nullable String canonicalResult, @Nullable String resultHash)
        implements Outcome {}

    /// Failed; a cancellation is a failure that says so, in its code too.
    record Fail(String errorCode, @Nullable String errorHash, boolean canceled) implements Outcome {

      /// A failure that is no cancellation, whatever its code.
      public Fail(String errorCode, @Nullable String errorHash) {
        this(errorCode, errorHash, false);
      }

      /// Error code `canceled`, or `canceled:` and the reason.
      public static Fail canceled(@Nullable String reason) {
        return new Fail(
            reason == null || reason.isEmpty() ? "canceled" : "canceled:" + reason, null, true);
      }
    }
  }

  Ending endingAt(long doneAtMs) {
    return switch (outcome) {
      case Outcome.Complete(var result, var canonical, var resultHash) ->
          new Ending(
              doneAtMs,
              resultHash,
              null,
              null,
              result == null || canonical == null ? null : Sha256.hex(canonical),
              null);
      case Outcome.Fail(var errorCode, var errorHash, boolean canceled) ->
          new Ending(doneAtMs, null, errorCode, errorHash, null, canceled);
    };
  }
}
