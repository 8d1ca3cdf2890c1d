package dev.onceonly.sdk.internal.http;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What a verb asks of the server; the attempts at it are [Http]'s affair. Immutable.
///
/// @param method `GET`, `POST` or `DELETE`
/// @param path below the base, with its parts encoded: `/ai/lease`
/// @param query with its `?`, or empty
/// @param body the JSON object, or null for none
/// @param headers beside those that every request has
/// @param rule when it may be repeated
/// @param limits how long it may take and how often it is attempted
public record ApiRequest(
    String method,
    String path,
    String query,
    @Nullable Map<String, @Nullable Object> body,
    Map<String, String> headers,
    Rule rule,
    Limits limits) {
  private static final String KEY = "?key=";
  // The last of a query's parameters.
  private static final String WAIT = "&wait=";

  /// When an attempt may be repeated.
  public enum Rule {
    /// After 429, some 5xx and every network error: repeating changes nothing.
    SAFE,
    /// Like SAFE, but a 502 `tool_error` is an outcome.
    GOVERNED,
    /// Only when nothing can have happened: after 429 and a refused connection.
    APPEND
  }

  /// How long and how often.
  ///
  /// @param patience how long each attempt waits beyond the client's timeout
  /// @param attemptsMin how often it is attempted even if the client asks for less
  /// @param attemptsMax how often it is attempted even if the client asks for more
  /// @param deadlineNanos by `System.nanoTime`, when all attempts end; null for none but the
  ///   client's
  /// @param untilNanos until when, by `System.nanoTime`, attempts go on, however many they are and
  ///   whatever the client's deadline and the server's `Retry-After` say; asked before each; null
  ///   to count them only
  public record Limits(
      Duration patience,
      int attemptsMin,
      int attemptsMax,
      @Nullable Long deadlineNanos,
      @Nullable LongSupplier untilNanos) {
    /// Those of the client alone.
    public static final Limits NONE = new Limits(Duration.ZERO, 1, Integer.MAX_VALUE, null, null);

    /// All attempts end by then.
    public static Limits until(@Nullable Long deadlineNanos) {
      return new Limits(Duration.ZERO, 1, Integer.MAX_VALUE, deadlineNanos, null);
    }

    /// Each attempt waits so much longer than the client's timeout.
    public static Limits patient(Duration patience) {
      return new Limits(patience, 1, Integer.MAX_VALUE, null, null);
    }

    /// One attempt, which waits so much longer than the client's timeout.
    public static Limits once(Duration patience) {
      return new Limits(patience, 1, 1, null, null);
    }

    /// Exactly so many attempts, whatever the client's deadline and the server's `Retry-After` say.
    public static Limits attempts(int attempts) {
      return new Limits(Duration.ZERO, attempts, attempts, null, System::nanoTime);
    }

    /// At least so many attempts, and more until an instant that may move.
    public static Limits persistent(int attemptsMin, LongSupplier untilNanos) {
      return new Limits(Duration.ZERO, attemptsMin, Integer.MAX_VALUE, null, untilNanos);
    }
  }

  /// A request that reads.
  public static ApiRequest get(String path) {
    return new ApiRequest("GET", path, "", null, Map.of(), Rule.SAFE, Limits.NONE);
  }

  /// A request that deletes.
  public static ApiRequest delete(String path) {
    return new ApiRequest("DELETE", path, "", null, Map.of(), Rule.SAFE, Limits.NONE);
  }

  /// A request that changes something.
  public static ApiRequest post(String path, Map<String, @Nullable Object> body) {
    return new ApiRequest("POST", path, "", body, Map.of(), Rule.SAFE, Limits.NONE);
  }

  /// A part of a path, with `/` encoded too.
  public static String part(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /// With one more query parameter; null leaves it out.
  public ApiRequest query(String name, @Nullable Object value) {
    if (value == null) {
      return this;
    }
    String separator = query.isEmpty() ? "?" : "&";
    String more = query + separator + name + "=" + part(value.toString());
    return new ApiRequest(method, path, more, body, headers, rule, limits);
  }

  /// The key that is asked about; null for none.
  @Nullable String key() {
    if (body != null) {
      return body.get("key") instanceof String key ? key : null;
    }
    int end = query.indexOf('&');
    String first = query.substring(0, end < 0 ? query.length() : end);
    return first.startsWith(KEY)
        ? URLDecoder.decode(first.substring(KEY.length()), StandardCharsets.UTF_8)
        : null;
  }

  /// Whether the server may hold the request before it answers.
  boolean isHeld() {
    return query.contains(WAIT) && !limits.patience().isZero();
  }

  /// The same question, to be answered at once.
  ApiRequest notHeld() {
    String asked = query.substring(0, query.indexOf(WAIT));
    Limits own =
        new Limits(
            Duration.ZERO,
            limits.attemptsMin(),
            limits.attemptsMax(),
            limits.deadlineNanos(),
            limits.untilNanos());
    return new ApiRequest(method, path, asked, body, headers, rule, own);
  }

  /// With one more header; null leaves it out.
  public ApiRequest header(String name, @Nullable String value) {
    if (value == null) {
      return this;
    }
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new ApiRequest(method, path, query, body, more, rule, limits);
  }

  /// With an id that all attempts share, by which the server tells a retry from a second caller.
  public ApiRequest attemptId() {
    return header("X-OnceOnly-Attempt-Id", AttemptIds.next());
  }

  /// With another rule of repetition.
  public ApiRequest rule(Rule rule) {
    return new ApiRequest(method, path, query, body, headers, rule, limits);
  }

  /// With other limits.
  public ApiRequest limits(Limits limits) {
    return new ApiRequest(method, path, query, body, headers, rule, limits);
  }
}
