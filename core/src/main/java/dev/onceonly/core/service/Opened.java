package dev.onceonly.core.service;

import dev.onceonly.core.Failure;
import dev.onceonly.core.govern.CallKey;
import dev.onceonly.core.govern.CallRow;
import dev.onceonly.core.govern.DedupKey;
import dev.onceonly.core.govern.DedupRow;
import dev.onceonly.core.govern.ToolKey;
import dev.onceonly.core.govern.ToolRow;
import org.jspecify.annotations.Nullable;

/// What the deciding step of a call has come to.
sealed interface Opened {

  /// All is said.
  record Answered(CallAnswer answer) implements Opened {}

  /// Refused; what had to be counted is.
  record Refused(Failure failure) implements Opened {}

  /// An identical call was executed; its result is to be fetched.
  record Repeat(DedupRow first, boolean replayed, @Nullable String policyVersion)
      implements Opened {}

  /// An identical call is in flight. Nothing was counted yet.
  ///
  /// @param key of the entry that leads to it
  record InFlight(DedupKey key, DedupRow first) implements Opened {}

  /// It depends on an earlier call: decide again, now with its row. Nothing was counted yet.
  record LookUp(long callNumber) implements Opened {}

  /// It may be done, but too much is in flight. Nothing was counted.
  record NoRoom() implements Opened {}

  /// It is to be dispatched; everything is reserved.
  record Dispatch(Work work) implements Opened {}

  /// A call that this dispatcher has claimed.
  ///
  /// @param row as it stands now, with the claim
  /// @param startedMs when this dispatch was decided
  record Claimed(CallKey key, CallRow row, @Nullable String policyVersion, long startedMs) {

    long claim() {
      return row.delivery().claim();
    }
  }

  /// What is to be sent.
  ///
  /// @param bodyJson null where it must be fetched
  /// @param attemptsBefore that earlier dispatchers have begun, as far as they count against the
  ///   tool's retries; over 0, nothing is certain any more
  record Work(Claimed call, ToolRow tool, @Nullable String bodyJson, int attemptsBefore) {

    CallKey key() {
      return call.key;
    }

    ToolKey toolKey() {
      CallRow.Asked asked = call.row.asked();
      return new ToolKey(call.key.namespaceId(), asked.scopeId(), asked.tool());
    }
  }
}
