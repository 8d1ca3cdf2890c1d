package dev.onceonly.sdk.internal.http;

/// Carries what a user's function has thrown through futures, so that it comes out as it is,
/// whatever it is: also one that looks like a wrapper of another error.
public final class FunctionFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Throwable error;

  /// @param error the function's own
  public FunctionFailure(Throwable error) {
    super(null, error, false, false);
    this.error = error;
  }

  /// The function's own error.
  public Throwable error() {
    return error;
  }
}
