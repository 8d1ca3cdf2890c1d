package dev.onceonly.core;

import java.util.Map;

/// A refusal or a fault with one of the closed set of codes. Carries no stack trace: it is an
/// answer on its way out, thrown often under load. What it left behind: nothing, except
/// `UNKNOWN_OUTCOME`, where the change may have been applied. Immutable.
public final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final transient Map<String, Object> facts;
  private final int retryAfterSeconds;

  /// A failure with everything that its answer says.
  ///
  /// @param facts what the answer's `detail` says beside the code, in order; never a secret
  /// @param retryAfterSeconds 0 where the answer has no `Retry-After`
  public Failure(ErrorCode code, String message, Map<String, Object> facts, int retryAfterSeconds) {
    super(message, null, false, false);
    this.code = code;
    this.facts = facts;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  public Failure(ErrorCode code, String message) {
    this(code, message, Map.of(), 0);
  }

  /// Load that is shed before anything was held: 429, never 5xx, because published clients go ahead
  /// on every 5xx of check-lock.
  public static Failure overloaded(String why) {
    return new Failure(ErrorCode.OVERLOADED, why, Map.of(), 1);
  }

  public ErrorCode code() {
    return code;
  }

  public Map<String, Object> facts() {
    return facts;
  }

  public int retryAfterSeconds() {
    return retryAfterSeconds;
  }
}
