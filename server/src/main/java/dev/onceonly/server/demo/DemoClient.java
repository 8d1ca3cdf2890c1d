package dev.onceonly.server.demo;

import dev.onceonly.http.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// Calls the API as any program would.
final class DemoClient implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(70);

  private final HttpClient client = HttpClient.newHttpClient();
  private final String url;
  private final String apiKey;

  DemoClient(String url, String apiKey) {
    this.url = url;
    this.apiKey = apiKey;
  }

  JsonNode post(String path, Map<String, Object> body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(Json.write(body))));
  }

  JsonNode get(String path, String key) {
    return get(path + "?key=" + URLEncoder.encode(key, StandardCharsets.UTF_8));
  }

  /// @param target path and query, encoded
  JsonNode get(String target) {
    return send(request(target).GET());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path))
        .timeout(TIMEOUT)
        .header("Authorization", "Bearer " + apiKey);
  }

  private JsonNode send(HttpRequest.Builder request) {
    try {
      return Json.read(client.send(request.build(), BodyHandlers.ofByteArray()).body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
