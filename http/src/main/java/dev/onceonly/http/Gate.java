package dev.onceonly.http;

import dev.onceonly.core.account.Caller;

/// Stands before every route that is not open: after the path is known, before a byte of the body
/// is read. Thread-safe.
@FunctionalInterface
public interface Gate {

  /// Admits a caller or refuses it. Says [Request#authenticated(Caller)] as soon as the key is
  /// known to be valid: who has one is not ended for others, although its role or rate is refused.
  ///
  /// @return who is calling
  /// @throws dev.onceonly.core.Failure `MISSING_TOKEN`, `INVALID_API_KEY`, `API_KEY_DISABLED`,
  ///   `OVERLOADED`, `FORBIDDEN` or `RATE_LIMITED`, in this order
  Caller admit(Request request, Route route);
}
