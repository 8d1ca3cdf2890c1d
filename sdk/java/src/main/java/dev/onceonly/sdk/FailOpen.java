package dev.onceonly.sdk;

import org.jspecify.annotations.Nullable;

/// Whether locks fail open.
///
/// @param isAllowed false when `ONCEONLY_FAIL_OPEN` forbids it for the whole process
/// @param byDefault what holds for a call that does not say it
record FailOpen(boolean isAllowed, boolean byDefault) {
  /// Whether a call fails open that says this; null for one that says nothing.
  boolean holds(@Nullable Boolean ofCall) {
    return isAllowed && (ofCall == null ? byDefault : ofCall);
  }
}
