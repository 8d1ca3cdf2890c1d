package dev.onceonly.sdk.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.sdk.testkit.LiveServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/// A web application with the actuator, asked over HTTP.
final class HealthEndpointTest {
  private static LiveServer server;

  @SpringBootConfiguration
  @EnableAutoConfiguration
  static class Application {}

  @BeforeAll
  static void start() {
    server = LiveServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void upWhileTheServerKnowsTheKey() throws Exception {
    HttpResponse<String> health = health(server.properties());

    assertThat(health.statusCode()).isEqualTo(200);
    assertThat(health.body())
        .contains("\"onceOnly\":{\"details\":{\"plan\":")
        .doesNotContain(LiveServer.API_KEY);
  }

  @Test
  void downWithTheReasonWhenTheKeyIsUnknown() throws Exception {
    String stranger = "once_live_stranger-0123456789abcdef";
    HttpResponse<String> health =
        health("onceonly.base-url=" + server.url(), "onceonly.api-key=" + stranger);

    assertThat(health.statusCode()).isEqualTo(503);
    assertThat(health.body())
        .contains("UnauthorizedException", "\"status_code\":403", "Invalid API key")
        .doesNotContain(stranger);
  }

  @Test
  void downWhenTheServerIsAway() throws Exception {
    // Nobody listens on the discard port.
    HttpResponse<String> health =
        health("onceonly.base-url=http://127.0.0.1:9", "onceonly.api-key=" + LiveServer.API_KEY);

    assertThat(health.statusCode()).isEqualTo(503);
    assertThat(health.body()).contains("NetworkException").doesNotContain(LiveServer.API_KEY);
  }

  @Test
  void apiKeyIsHiddenWhereAnOperatorShowsAllValues() throws Exception {
    for (String endpoint : List.of("configprops", "env")) {
      HttpResponse<String> answer = ask(endpoint, server.properties());

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).contains(server.url()).doesNotContain(LiveServer.API_KEY);
    }
  }

  private static HttpResponse<String> health(String... properties) throws Exception {
    return ask("health", properties);
  }

  private static HttpResponse<String> ask(String endpoint, String... properties) throws Exception {
    SpringApplicationBuilder builder =
        new SpringApplicationBuilder(Application.class)
            .properties(
                "server.port=0",
                "management.endpoint.health.show-details=always",
                "management.endpoints.web.exposure.include=*",
                "management.endpoint.configprops.show-values=always",
                "management.endpoint.env.show-values=always")
            .properties(properties);
    try (ConfigurableApplicationContext application = builder.run()) {
      String port = application.getEnvironment().getRequiredProperty("local.server.port");
      URI uri = URI.create("http://127.0.0.1:" + port + "/actuator/" + endpoint);
      return HttpClient.newHttpClient()
          .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }
  }
}
