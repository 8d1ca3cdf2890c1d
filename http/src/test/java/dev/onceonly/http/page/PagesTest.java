package dev.onceonly.http.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.service.Notice;
import dev.onceonly.http.Gate;
import dev.onceonly.http.HttpServer;
import dev.onceonly.http.HttpSettings;
import dev.onceonly.http.TestServer;
import dev.onceonly.http.json.Json;
import dev.onceonly.http.observe.AccessLog;
import dev.onceonly.http.observe.ServerMetrics;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@TestInstance(Lifecycle.PER_CLASS)
class PagesTest {
  private volatile @Nullable Notice troubles;
  private volatile @Nullable Notice notice;

  @SuppressWarnings("NullAway.Init")
  private HttpServer server;

  @BeforeAll
  void start() {
    ServerMetrics metrics = new ServerMetrics();
    Gate closed =
        (_, _) -> {
          throw new AssertionError("an open page asks for no key");
        };
    server =
        HttpServer.start(
            HttpSettings.on("127.0.0.1", 0),
            new HttpServer.Parts(
                Pages.routes(
                    new Readiness(List.of(() -> troubles), List.of(() -> notice)), metrics),
                closed,
                TestServer.errors(503),
                metrics,
                new AccessLog(false),
                System::nanoTime));
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private HttpResponse<String> get(String path) {
    return TestServer.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path)));
  }

  @Test
  void healthIsOk() {
    assertThat(get("/healthz").body()).isEqualTo("{\"status\":\"ok\"}");
  }

  @Test
  void readinessSaysWhyNot() {
    assertThat(get("/readyz").body()).isEqualTo("{\"status\":\"ready\",\"notices\":[]}");
    troubles = new Notice("storage_broken", "a flush failed");
    HttpResponse<String> response = get("/readyz");
    troubles = null;
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body())
        .isEqualTo(
            "{\"status\":\"not_ready\",\"reason\":\"a flush failed\","
                + "\"reasons\":[{\"code\":\"storage_broken\",\"message\":\"a flush failed\"}],"
                + "\"notices\":[]}");
  }

  @Test
  void aReadyServerSaysWhatItsOperatorMustKnow() {
    notice = new Notice("storage_low", "little space is left");
    HttpResponse<String> response = get("/readyz");
    notice = null;
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .isEqualTo(
            "{\"status\":\"ready\","
                + "\"notices\":[{\"code\":\"storage_low\",\"message\":\"little space is left\"}]}");
  }

  @Test
  void metricsCountByRouteAndStatus() {
    get("/healthz");
    get("/none");
    HttpResponse<String> response = get("/metrics");
    assertThat(response.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/plain");
    assertThat(response.body())
        .contains("onceonly_http_requests_total{method=\"GET\",route=\"/healthz\",status=\"200\"}")
        .contains("onceonly_http_requests_total{method=\"none\",route=\"none\",status=\"404\"}")
        .contains(
            "onceonly_http_request_duration_seconds_bucket{method=\"GET\",route=\"/healthz\",le=\"+Inf\"}")
        .contains("onceonly_http_requests_in_flight 1.0");
  }

  @Test
  void descriptionIsJson() {
    HttpResponse<String> response = get("/openapi.json");
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    JsonNode document = Json.read(response.body().getBytes(StandardCharsets.UTF_8));
    assertThat(document.get("openapi").stringValue()).startsWith("3.");
    assertThat(document.get("paths").has("/v1/check-lock")).isTrue();
    assertThat(document.get("servers").get(0).get("url").stringValue()).isEqualTo("/");
  }

  @ParameterizedTest
  @CsvSource({
    "/docs, text/html",
    "/docs/start.js, text/javascript",
    "/docs/swagger-ui.css, text/css",
    "/docs/swagger-ui-bundle.js, text/javascript",
    "/docs/favicon-16x16.png, image/png",
    "/docs/favicon-32x32.png, image/png",
  })
  void docsComeFromHereUnderAPolicy(String path, String type) {
    HttpResponse<String> response = get(path);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith(type);
    assertThat(response.headers().firstValue("Content-Security-Policy").orElseThrow())
        .startsWith("default-src 'none'; script-src 'self'")
        .doesNotContain("http", "unsafe", "*");
    assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(response.body()).isNotEmpty();
  }

  @Test
  void everyFileThatThePageNamesIsServedHere() {
    String page = get("/docs").body();
    var names = Pattern.compile("(?:src|href)=\"([^\"]+)\"").matcher(page);
    int count = 0;
    while (names.find()) {
      assertThat(names.group(1)).startsWith("/docs/");
      assertThat(get(names.group(1)).statusCode()).isEqualTo(200);
      count++;
    }
    assertThat(count).isEqualTo(5);
    assertThat(page).doesNotContain("http:", "https:", "<style", "style=", "onload");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/docs/",
        "/docs/index.html",
        "/docs/swagger-ui.js",
        "/docs/../docs",
        "/docs/%2e%2e/docs.html",
        "/docs/docs.html",
      })
  void noOtherFileIsServed(String path) {
    assertThat(get(path).statusCode()).isEqualTo(404);
  }
}
