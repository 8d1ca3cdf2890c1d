package dev.onceonly.core.service;

import dev.onceonly.core.govern.ToolKey;
import dev.onceonly.core.govern.ToolRow;
import org.jspecify.annotations.Nullable;

/// Calls a tool over the network: signed, bounded, retried where that is safe. Blocks. Thread-safe.
public interface ToolDispatcher {

  /// What is to be sent.
  ///
  /// @param bodyJson the very text that is signed and sent, the same in each attempt
  /// @param attemptsBefore attempts that an earlier dispatcher has begun: they count against the
  ///   tool's retries, and make this one uncertain from the start
  /// @param runId for the header; null where unknown
  /// @param fence of the keyed run's lease; null outside of one
  record Order(
      ToolKey tool,
      ToolRow row,
      String bodyJson,
      String idempotencyKey,
      int attemptsBefore,
      @Nullable String runId,
      @Nullable Long fence) {}

  /// Asked before every attempt, retries included: reads the kill switch and renews the claim.
  interface Attempts {

    /// Begins the attempt with this number, from 1; counts those of earlier dispatchers.
    ///
    /// @return false where it must not begin
    boolean begin(int number);

    /// The attempt is over: nothing is on its way any more.
    void end();
  }

  /// How a dispatch ended (contract 18, outcomes of a dispatch).
  sealed interface Outcome {

    /// Begun in all, those of earlier dispatchers included.
    int attempts();

    /// 2xx.
    ///
    /// @param resultJson compact JSON of an object; `{"omitted":true}` over 256 KiB
    record Executed(int attempts, int statusCode, String resultJson) implements Outcome {}

    /// The tool has certainly not acted.
    ///
    /// @param message for people, such as `connection refused` or `address_not_allowed`
    record Failed(int attempts, @Nullable Integer statusCode, String message) implements Outcome {}

    /// Nobody knows whether it has acted.
    record Unknown(int attempts, @Nullable Integer statusCode, String message) implements Outcome {}

    /// [Attempts#begin(int)] refused the next one.
    ///
    /// @param uncertain whether an earlier attempt may have acted
    record Stopped(int attempts, boolean uncertain) implements Outcome {}
  }

  Outcome dispatch(Order order, Attempts attempts);
}
