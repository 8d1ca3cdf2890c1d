package dev.onceonly.sdk.tool;

/// What a tool call is answered whose key has been used before.
public enum OnDuplicate {
  /// That the action was not run again. The key is a lock (check-lock), gone after its TTL; a tool
  /// that failed keeps it unless the options release it, because whether its effect has happened is
  /// not known.
  TELL,

  /// A [DuplicateException][dev.onceonly.sdk.error.DuplicateException] to the framework, by a lock
  /// as well.
  RAISE,

  /// The first call's result, waiting for it while that one is running. The key is a lease (AI
  /// lease), whose result is kept for 7 days.
  REPLAY
}
