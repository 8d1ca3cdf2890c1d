package dev.onceonly.sdk.spring;

import dev.onceonly.sdk.OnceOnly;
import dev.onceonly.sdk.OnceOnlyBuilder;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Turns properties into a builder, and refuses those that can't be right by the name that the user
/// wrote.
final class ClientSettings {
  private ClientSettings() {}

  static OnceOnlyBuilder builder(OnceOnlyProperties properties) {
    OnceOnlyBuilder builder =
        OnceOnly.builder()
            .apiKey(apiKey(properties.apiKey()))
            .baseUrl(url(properties.baseUrl()))
            .timeout(positive("onceonly.timeout", properties.timeout()))
            .failOpen(properties.failOpen())
            .maxRetries(notNegative("onceonly.max-retries", properties.maxRetries()))
            .retryBackoff(notNegative("onceonly.retry-backoff", properties.retryBackoff()))
            .retryMaxBackoff(
                notNegative("onceonly.retry-max-backoff", properties.retryMaxBackoff()))
            .maxConnections(positive("onceonly.max-connections", properties.maxConnections()));
    Duration deadline = properties.deadline();
    if (deadline != null) {
      builder.deadline(positive("onceonly.deadline", deadline));
    }
    return builder;
  }

  private static String apiKey(@Nullable String text) {
    if (text == null || text.isBlank()) {
      throw new OnceOnlyPropertyException("onceonly.api-key", "is not set");
    }
    if (!text.strip().chars().allMatch(letter -> letter > ' ' && letter <= '~')) {
      throw new OnceOnlyPropertyException(
          "onceonly.api-key", "must consist of visible ASCII characters");
    }
    return text;
  }

  private static String url(String text) {
    URI uri = parsed(text);
    boolean isHttp =
        uri != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
    if (uri == null || !isHttp || uri.getHost() == null) {
      throw new OnceOnlyPropertyException(
          "onceonly.base-url", "must be an http or https address with a host");
    }
    return text;
  }

  private static @Nullable URI parsed(String text) {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static Duration positive(String property, Duration duration) {
    if (duration.isZero() || duration.isNegative()) {
      throw new OnceOnlyPropertyException(property, "must be a duration above 0, not " + duration);
    }
    return duration;
  }

  private static Duration notNegative(String property, Duration duration) {
    if (duration.isNegative()) {
      throw new OnceOnlyPropertyException(
          property, "must be a duration of 0 or more, not " + duration);
    }
    return duration;
  }

  private static int positive(String property, int count) {
    if (count < 1) {
      throw new OnceOnlyPropertyException(
          property, "must be a whole number, 1 or more, not " + count);
    }
    return count;
  }

  private static int notNegative(String property, int count) {
    if (count < 0) {
      throw new OnceOnlyPropertyException(
          property, "must be a whole number, 0 or more, not " + count);
    }
    return count;
  }
}
