package dev.onceonly.sdk.spring;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The settings `onceonly.*`, bound but not judged yet: [OnceOnlyAutoConfiguration] refuses wrong
/// ones when it makes the client, so that an application with a client of its own needs none of
/// them. Immutable. A number without a unit is a duration in milliseconds, as everywhere in Spring
/// Boot.
///
/// @param apiKey The API key, sent as a bearer token. Needed unless the application defines its own
///   client.
/// @param baseUrl Where the server is. /v1 is appended when the path is empty.
/// @param timeout Longest time for one attempt of a call, from connecting to the last byte.
/// @param deadline Longest time for one call with all its attempts and the pauses between them;
///   none by default.
/// @param failOpen Whether a check-lock that gets no answer lets the action go ahead, unprotected.
/// @param maxRetries Further attempts after 429, 500, 502, 503, 504 and network errors, where
///   repeating is safe.
/// @param retryBackoff The first pause between two attempts.
/// @param retryMaxBackoff The longest pause between two attempts.
/// @param maxConnections Open connections at most; a call waits for one within its timeout.
/// @param enabled Whether there is a client at all. When not, annotated methods run unprotected.
/// @param health Settings of the health indicator.
@ConfigurationProperties("onceonly")
public record OnceOnlyProperties(
    @Nullable String apiKey,
    @DefaultValue("https://api.onceonly.tech/v1") String baseUrl,
    @DefaultValue("5s") Duration timeout,
    @Nullable Duration deadline,
    @DefaultValue("true") boolean failOpen,
    @DefaultValue("0") int maxRetries,
    @DefaultValue("500ms") Duration retryBackoff,
    @DefaultValue("5s") Duration retryMaxBackoff,
    @DefaultValue("100") int maxConnections,
    @DefaultValue("true") boolean enabled,
    @DefaultValue Health health) {

  /// Settings of the health indicator. Immutable.
  ///
  /// @param enabled Whether the health endpoint asks the OnceOnly server, where the health module
  ///   is present.
  public record Health(@DefaultValue("true") boolean enabled) {}

  /// All settings but the API key, of which only is said whether it is there.
  @Override
  public String toString() {
    return "OnceOnlyProperties[apiKey="
        + (apiKey == null ? "missing" : "***")
        + ", baseUrl="
        + baseUrl
        + ", timeout="
        + timeout
        + ", deadline="
        + deadline
        + ", failOpen="
        + failOpen
        + ", maxRetries="
        + maxRetries
        + ", retryBackoff="
        + retryBackoff
        + ", retryMaxBackoff="
        + retryMaxBackoff
        + ", maxConnections="
        + maxConnections
        + ", enabled="
        + enabled
        + ", health="
        + health
        + "]";
  }
}
