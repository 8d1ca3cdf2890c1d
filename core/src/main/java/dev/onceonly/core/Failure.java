package dev.onceonly.core;

import java.util.Map;

/// A refusal or a fault with one of the closed set of codes. Carries no stack trace: it is an
/// answer on its way out, thrown often under load. What it left behind: nothing, except
/// `UNKNOWN_OUTCOME`, where the change may have been applied. Immutable.
public final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final int PAUSED_RETRY_SECONDS = 30;

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

  /// What would be done in the background, asked for while a restored store waits for its operator.
  /// Nothing was held. 5xx, because no try of the caller's ends the pause.
  public static Failure paused() {
    return new Failure(
        ErrorCode.PAUSED,
        "the store was restored from a backup and has not been resumed",
        Map.of(
            "message",
            "This server was restored from a backup and begins no runs until its operator has"
                + " resumed it. Nothing was held; ask again later."),
        PAUSED_RETRY_SECONDS);
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
