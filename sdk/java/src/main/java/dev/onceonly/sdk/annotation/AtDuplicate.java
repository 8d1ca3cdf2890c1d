package dev.onceonly.sdk.annotation;

/// What a repeated call of a method guarded by [Idempotent] gets.
public enum AtDuplicate {
  /// Nothing: null, `false`, zero, `Optional.empty()` or a future of null.
  TELL,
  /// A [DuplicateException][dev.onceonly.sdk.error.DuplicateException].
  RAISE,
  /// The first call's value, for which it waits 60 seconds at most; a
  /// [DuplicateException][dev.onceonly.sdk.error.DuplicateException] if that call has failed. The
  /// key is then a lease in place of a lock, which never fails open and keeps its result for 7
  /// days.
  REPLAY
}
