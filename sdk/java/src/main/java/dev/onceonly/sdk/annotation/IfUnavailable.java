package dev.onceonly.sdk.annotation;

/// What a method guarded by [Idempotent] does while the server can't be asked.
public enum IfUnavailable {
  /// What the client's `failOpen` says.
  CLIENT,
  /// It runs unprotected, so it may run twice.
  RUN,
  /// It does not run; the error is thrown.
  REFUSE
}
