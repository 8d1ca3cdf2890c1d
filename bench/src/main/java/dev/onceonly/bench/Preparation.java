package dev.onceonly.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/// Sets a server up for what is measured then: tools and policies. Not measured itself.
final class Preparation implements AutoCloseable {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(30);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Endpoint endpoint;

  Preparation(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  /// Registers a tool for all agents.
  void tool(String name, String url) throws IOException, InterruptedException {
    post(
        "/v1/tools",
        """
        {"name":"%s","scope_id":"global","url":"%s","max_retries":0,
         "auth":{"type":"hmac_sha256","secret":"secret-of-the-bench"}}\
        """
            .formatted(name, url));
  }

  /// Sets an agent's policy: both lists, all three caps and a price.
  void policy(String agent, String tool, long actionsPerHourMax)
      throws IOException, InterruptedException {
    post(
        "/v1/policies/" + agent,
        """
        {"allowed_tools":["%1$s","mail.*","tickets.*"],"blocked_tools":["records.*","users.delete"],
         "max_actions_per_hour":%2$d,"max_spend_usd_per_day":1000000,
         "max_calls_per_tool":{"%1$s":1000000000},
         "pricing_rules":[{"tool":"%1$s","price_usd":0.0001}]}\
        """
            .formatted(tool, actionsPerHourMax));
  }

  private void post(String path, String json) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + endpoint + path))
            .timeout(ANSWER_MAX)
            .header("Authorization", "Bearer " + endpoint.apiKey())
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json))
            .build();
    HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(path + ": HTTP " + answer.statusCode() + " " + answer.body());
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
