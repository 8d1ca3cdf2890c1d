package dev.onceonly.sdk.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.sdk.OnceOnly;
import dev.onceonly.sdk.testkit.LiveServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;

/// A web application with the actuator, asked over HTTP.
final class HealthEndpointTest {
  private static final String STRANGER = "once_live_stranger-0123456789abcdef";

  private static LiveServer server;
  private static ConfigurableApplicationContext application;

  @SpringBootConfiguration
  @EnableAutoConfiguration
  static class Application {}

  @BeforeAll
  static void start() {
    server = LiveServer.start();
    application =
        new SpringApplicationBuilder(Application.class)
            .properties(
                "server.port=0",
                "management.endpoint.health.show-details=always",
                "management.endpoints.web.exposure.include=*",
                "management.endpoint.configprops.show-values=always",
                "management.endpoint.env.show-values=always")
            .properties(server.properties())
            .run();
  }

  @AfterAll
  static void stop() {
    application.close();
    server.close();
  }

  @Test
  void upWhileTheServerKnowsTheKey() throws Exception {
    HttpResponse<String> health = ask("health");

    assertThat(health.statusCode()).isEqualTo(200);
    assertThat(health.body())
        .contains("\"onceOnly\":{\"details\":{\"plan\":")
        .doesNotContain(LiveServer.API_KEY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"configprops", "env"})
  void apiKeyIsHiddenWhereAnOperatorShowsAllValues(String endpoint) throws Exception {
    HttpResponse<String> answer = ask(endpoint);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains(server.url()).doesNotContain(LiveServer.API_KEY);
  }

  @Test
  void downWithTheReasonWhenTheKeyIsUnknown() {
    Health health = health(server.url(), STRANGER);

    assertThat(health.getStatus()).isEqualTo(Status.DOWN);
    assertThat(health.getDetails())
        .containsEntry("status_code", 403)
        .containsKey("request_id")
        .extractingByKey("error")
        .asString()
        .contains("UnauthorizedException", "Invalid API key")
        .doesNotContain(STRANGER);
  }

  @Test
  void downWhenTheServerIsAway() {
    // Nobody listens on the discard port.
    Health health = health("http://127.0.0.1:9", STRANGER);

    assertThat(health.getStatus()).isEqualTo(Status.DOWN);
    assertThat(health.getDetails())
        .extractingByKey("error")
        .asString()
        .contains("NetworkException")
        .doesNotContain(STRANGER);
  }

  private static Health health(String url, String key) {
    try (OnceOnly client = OnceOnly.builder().apiKey(key).baseUrl(url).build()) {
      return new OnceOnlyHealthIndicator(client).health();
    }
  }

  private static HttpResponse<String> ask(String endpoint) throws Exception {
    String port = application.getEnvironment().getRequiredProperty("local.server.port");
    URI uri = URI.create("http://127.0.0.1:" + port + "/actuator/" + endpoint);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }
}
