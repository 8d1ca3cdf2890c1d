package dev.onceonly.server.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// Asks with one API key. Thread-safe.
public record Client(int port, String apiKey) {
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(70);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /// Posts fields, given as name, value, name, value.
  public Answer post(String path, Object... fields) {
    return postText(path, Body.of(fields));
  }

  /// Posts a body as it is.
  ///
  /// @param headers name, value, name, value
  public Answer postText(String path, String body, String... headers) {
    HttpRequest.Builder request =
        request(path)
            .setHeader("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    return send(request);
  }

  /// Gets a path.
  ///
  /// @param query name, value, name, value, not yet encoded
  public Answer get(String path, String... query) {
    StringBuilder target = new StringBuilder(path);
    for (int i = 0; i < query.length; i += 2) {
      target
          .append(i == 0 ? '?' : '&')
          .append(query[i])
          .append('=')
          .append(URLEncoder.encode(query[i + 1], StandardCharsets.UTF_8));
    }
    return send(request(target.toString()).GET());
  }

  /// Deletes what a path names; query as in [#get(String, String...)].
  public Answer delete(String path) {
    return send(request(path).DELETE());
  }

  /// A segment of a path, percent-encoded, slashes too.
  public static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /// A request with this key, to be completed.
  public HttpRequest.Builder request(String target) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + target))
        .timeout(ANSWER_TIMEOUT)
        .setHeader("Authorization", "Bearer " + apiKey);
  }

  public static Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response =
          HTTP.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
      return new Answer(response.statusCode(), response.headers(), response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
