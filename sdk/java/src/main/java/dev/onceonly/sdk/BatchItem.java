package dev.onceonly.sdk;

import dev.onceonly.sdk.error.OnceOnlyException;

/// What became of one lock of a batch.
public sealed interface BatchItem permits CheckLockResult, BatchItem.Refused {
  /// This item was refused, and nothing was locked for it; the others are not affected.
  ///
  /// @param error what `checkLock` would have thrown; a [dev.onceonly.sdk.error.ProtocolException]
  ///   when the item says nothing that is known
  record Refused(OnceOnlyException error) implements BatchItem {}
}
