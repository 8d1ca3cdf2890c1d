package dev.onceonly.sdk.internal.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What all requests of a client share. Its text does not show the API key.
///
/// @param baseUrl without a slash at its end
/// @param apiKey the bearer token
/// @param userAgent the header's value
/// @param timeout of one attempt, from connecting to the last byte
/// @param deadline of one call with all its attempts and pauses; null for none
/// @param retry when and how often an attempt is repeated
public record HttpSettings(
    String baseUrl,
    String apiKey,
    String userAgent,
    Duration timeout,
    @Nullable Duration deadline,
    RetrySettings retry) {
  /// How attempts are repeated.
  ///
  /// @param maxRetries how many further attempts there are
  /// @param backoff the first pause
  /// @param backoffMax the longest pause
  public record RetrySettings(int maxRetries, Duration backoff, Duration backoffMax) {}

  @Override
  public String toString() {
    return baseUrl;
  }
}
