package dev.onceonly.core;

/// The closed set of refusals and faults. Each has one HTTP status and one wire shape, mapped in
/// `http`'s `ErrorMapping` and nowhere else. Outcomes that a caller acts on (a duplicate, a lease
/// held by another) are values, not errors.
public enum ErrorCode {
  MISSING_TOKEN,
  INVALID_API_KEY,
  API_KEY_DISABLED,
  FORBIDDEN,
  RATE_LIMITED,
  INVALID_INPUT,
  UNSUPPORTED_MEDIA_TYPE,
  BODY_TOO_LARGE,
  HEADERS_TOO_LARGE,
  URI_TOO_LONG,
  REQUEST_TIMEOUT,
  BAD_REQUEST,
  NOT_FOUND,
  METHOD_NOT_ALLOWED,
  /// The plan lacks the feature.
  FEATURE_NOT_AVAILABLE,
  /// The plan's number of tools has been reached, or the namespace's number of agents.
  PLAN_LIMIT,
  UNKNOWN_TOOLS,
  UNKNOWN_TEMPLATE,
  TOOL_NOT_FOUND,
  POLICY_NOT_FOUND,
  CALL_NOT_FOUND,
  CALL_NOT_UNKNOWN,
  /// An identical call is in flight and did not end within the wait.
  CALL_IN_PROGRESS,
  /// The same key with other arguments.
  KEY_REUSED,
  /// The dispatch did not succeed; the facts say whether it may have acted.
  TOOL_ERROR,
  OVERLOADED,
  STORAGE_LOW,
  /// The store was restored from a backup, and nothing is begun in the background before an
  /// operator has resumed it.
  PAUSED,
  STORAGE_UNAVAILABLE,
  /// The key that sealed the tools' secrets is not there: no secret can be added, nothing was done.
  SECRETS_KEY_MISSING,
  UNKNOWN_OUTCOME,
  INTERNAL
}
