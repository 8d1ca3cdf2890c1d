package dev.onceonly.core.service;

import dev.onceonly.core.govern.CallKey;
import dev.onceonly.core.govern.CallRow;
import dev.onceonly.core.govern.CallState;
import dev.onceonly.core.govern.DedupKey;
import dev.onceonly.core.govern.DedupRow;
import dev.onceonly.core.govern.GovernRules;
import dev.onceonly.core.step.Rows;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The entry that leads from a call to the identical one before it.
///
/// @param key where it stands, or where a new one is to stand
/// @param row null where there is none that counts
/// @param toLookUp whether it counts only if its call, which is to be looked up, is the asker's own
record Earlier(DedupKey key, @Nullable DedupRow row, boolean toLookUp) {

  /// The entry of before an upgrade under which a step may stand; null outside of a run.
  static @Nullable DedupKey formerKey(GovernedCall call) {
    String hash = call.formerDedupHash();
    return hash == null ? null : new DedupKey(call.asker().namespaceId(), hash);
  }

  /// Finds it among the rows.
  ///
  /// @param lookedUp the number of the call whose row is among them
  static Earlier find(
      GovernedCall call, Situation situation, Rows rows, @Nullable Long lookedUp, Instant now) {
    DedupKey key = situation.names().dedup();
    DedupRow own = situation.dedup();
    DedupKey formerKey = formerKey(call);
    GovernedCall.RunStep step = call.options().step();
    if (formerKey == null || step == null) {
      return new Earlier(key, own, false);
    }
    if (own != null) {
      return new Earlier(key, isForgotten(own, step) ? null : own, false);
    }
    DedupRow former = rows.get(formerKey);
    if (former == null || !GovernRules.isLive(former, now) || isForgotten(former, step)) {
      return new Earlier(key, null, false);
    }
    if (lookedUp == null || lookedUp != former.callNumber()) {
      return new Earlier(formerKey, former, true);
    }
    CallRow theCall = rows.get(new CallKey(key.namespaceId(), former.callNumber()));
    return theCall != null && theCall.asked().agentId().equals(call.asker().agentId())
        ? new Earlier(formerKey, former, false)
        : new Earlier(key, null, false);
  }

  /// What was executed is known as long as the run's key is. What is unknown or in flight may still
  /// act, so it stays the same call.
  private static boolean isForgotten(DedupRow row, GovernedCall.RunStep step) {
    return row.state() == CallState.EXECUTED && row.createdAtMs() < step.sinceMs();
  }
}
