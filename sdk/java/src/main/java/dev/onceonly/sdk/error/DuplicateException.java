package dev.onceonly.sdk.error;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The same call was made before, and this one was to be told by an error; or the first call, whose
/// value was to be replayed, has failed.
public final class DuplicateException extends OnceOnlyException {
  private static final long serialVersionUID = 1L;

  private final String key;
  private final @Nullable Instant firstSeenAt;
  private final @Nullable String errorCode;

  /// An error about a key.
  ///
  /// @param firstSeenAt when the first call was made; null when it is not known
  /// @param errorCode what the first call has failed with; null when that is not known
  public DuplicateException(
      String message,
      @Nullable Throwable cause,
      ErrorFacts facts,
      String key,
      @Nullable Instant firstSeenAt,
      @Nullable String errorCode) {
    super(message, cause, facts);
    this.key = key;
    this.firstSeenAt = firstSeenAt;
    this.errorCode = errorCode;
  }

  /// The idempotency key that both calls have.
  public String key() {
    return key;
  }

  /// When the first call was made; null when it is not known.
  public @Nullable Instant firstSeenAt() {
    return firstSeenAt;
  }

  /// What the first call has failed with; null when it is not known to have failed.
  public @Nullable String errorCode() {
    return errorCode;
  }
}
