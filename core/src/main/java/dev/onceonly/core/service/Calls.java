package dev.onceonly.core.service;

/// Makes governed calls. Blocks until the call is decided and, where it was allowed, settled.
/// Thread-safe.
@FunctionalInterface
public interface Calls {

  /// Asks once. The same step of the same run may be asked again: it is executed once.
  ///
  /// @throws dev.onceonly.core.Failure `TOOL_NOT_FOUND`, `CALL_IN_PROGRESS`, and those of
  ///   [dev.onceonly.core.step.Lane#run]
  CallAnswer call(GovernedCall call);
}
