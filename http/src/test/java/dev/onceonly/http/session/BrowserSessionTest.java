package dev.onceonly.http.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.account.Role;
import dev.onceonly.http.HttpServer;
import dev.onceonly.http.HttpSettings;
import dev.onceonly.http.Reply;
import dev.onceonly.http.Route;
import dev.onceonly.http.TestServer;
import dev.onceonly.http.gate.ApiKeyGate;
import dev.onceonly.http.gate.Authenticator;
import dev.onceonly.http.gate.RateLimiter;
import dev.onceonly.http.observe.AccessLog;
import dev.onceonly.http.observe.FailureLog;
import dev.onceonly.http.observe.ServerMetrics;
import dev.onceonly.http.ui.RefusalPages;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Sessions over HTTP, on a clock that the test moves.
class BrowserSessionTest {
  private static final String BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8";

  private final AtomicLong nanos = new AtomicLong();
  private final HttpServer direct = start(false);
  private final HttpServer proxied = start(true);

  @AfterEach
  void stop() {
    direct.close();
    proxied.close();
  }

  private HttpServer start(boolean behindTls) {
    Authenticator authenticator = new Authenticator(TestServer.keys());
    Sessions sessions = new Sessions(TestServer.keys(), new Random(2)::nextLong, nanos::get);
    Front front = new Front(false, behindTls);
    SignInRoutes.Throttle throttle =
        new SignInRoutes.Throttle(
            new RateLimiter(1, 3, nanos::get), new RateLimiter(1, 5, nanos::get));
    FailureLog failures = new FailureLog(new ServerMetrics().registry(), System::nanoTime);
    List<Route> routes =
        new ArrayList<>(
            new SignInRoutes(authenticator, sessions, throttle, front, failures).routes());
    routes.add(
        Route.page(
            "/v1/runs",
            Set.of(Role.ADMIN, Role.READER),
            new RefusalPages(),
            r -> Reply.ok(Map.of("key", r.caller().keyId()))));
    routes.add(Route.get("/v1/me", TestServer.EVERYBODY, _ -> Reply.ok(Map.of())));
    ApiKeyGate keys = new ApiKeyGate(authenticator, new RateLimiter(0, 1, nanos::get));
    return HttpServer.start(
        HttpSettings.on("127.0.0.1", 0),
        new HttpServer.Parts(
            routes,
            new PageGate(keys, sessions, front),
            TestServer.errors(503),
            new ServerMetrics(),
            new AccessLog(false),
            System::nanoTime));
  }

  @Test
  void aSessionShowsPagesForAnHour() {
    String cookie = signedIn("key-reader");
    assertThat(page(cookie).body()).isEqualTo("{\"key\":\"key_reader\"}");
    nanos.addAndGet(Duration.ofMinutes(60).minusNanos(1).toNanos());
    assertThat(page(cookie).statusCode()).isEqualTo(200);
    nanos.addAndGet(1);
    HttpResponse<String> expired = page(cookie);
    assertThat(expired.statusCode()).isEqualTo(401);
    assertThat(expired.body()).contains("<form method=\"post\" action=\"/ui/sign-in\">");
  }

  @Test
  void aRoleThatThePageDoesNotAdmitGetsTheFormAgain() {
    HttpResponse<String> refused = page(signedIn("key-agent"));
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).contains("role “agent”", "/ui/sign-in");
  }

  @Test
  void theCookieIsGoodForPagesAlone() {
    String cookie = signedIn("key-admin");
    for (String accept : List.of("application/json", "*/*", "text/html, application/json")) {
      assertThat(get(direct, "/v1/runs", accept, cookie).statusCode()).isEqualTo(401);
      assertThat(get(direct, "/v1/runs", accept, cookie).body())
          .isEqualTo("{\"detail\":\"Missing Authorization Bearer token\"}");
    }
    assertThat(get(direct, "/v1/me", BROWSER, cookie).statusCode()).isEqualTo(401);
    assertThat(get(direct, "/v1/me", BROWSER, cookie).headers().firstValue("Content-Type"))
        .contains("application/json");
  }

  @Test
  void signingInIsThrottledForEachAddress() {
    for (int attempt = 0; attempt < 3; attempt++) {
      assertThat(signIn(direct, "key-wrong").statusCode()).isEqualTo(403);
    }
    HttpResponse<String> refused = signIn(direct, "key-admin");
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValue("Retry-After")).contains("1");
    assertThat(refused.headers().firstValue("Set-Cookie")).isEmpty();
    nanos.addAndGet(1_000_000_000);
    assertThat(signIn(direct, "key-admin").statusCode()).isEqualTo(303);
  }

  @Test
  void behindAProxyTheAddressIsTheOneThatItAppended() {
    for (int attempt = 0; attempt < 3; attempt++) {
      assertThat(signInFrom("6.6.6." + attempt + ", 1.1.1.1").statusCode()).isEqualTo(303);
    }
    assertThat(signInFrom("1.1.1.1").statusCode()).isEqualTo(429);
    assertThat(signInFrom("2001:db8:1:2::1").statusCode()).isEqualTo(303);
    assertThat(signInFrom("2001:db8:1:2::2").statusCode()).isEqualTo(303);
    // The sixth of all within a second.
    assertThat(signInFrom("3.3.3.3").statusCode()).isEqualTo(429);
  }

  @Test
  void whereTlsIsTheCookieIsSecureAndNoOtherCounts() {
    String origin = "https://127.0.0.1:" + proxied.port();
    HttpResponse<String> answer =
        signIn(proxied, "key-admin", origin, "X-Forwarded-Proto", "https");
    String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(cookie)
        .matches(
            "__Host-onceonly_session=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Strict;"
                + " Max-Age=3600; Secure");
    String pair = cookie.split(";", 2)[0];
    assertThat(secure(pair)).isEqualTo(200);
    assertThat(secure(pair.substring("__Host-".length()))).isEqualTo(401);
  }

  @Test
  void aHeaderThatSaysTlsIsNotBelievedUnasked() {
    HttpResponse<String> answer =
        signIn(direct, "key-admin", origin(direct), "X-Forwarded-Proto", "https");
    assertThat(answer.headers().firstValue("Set-Cookie").orElseThrow())
        .startsWith("onceonly_session=")
        .doesNotContain("Secure");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://evil.example",
        "null",
        "",
        "http://127.0.0.1",
        "http://127.0.0.1:1",
        "ftp://127.0.0.1",
        "http://localhost"
      })
  void anotherOriginsFormIsRefused(String origin) {
    HttpResponse<String> answer = signIn(direct, "key-admin", origin);
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
  }

  @Test
  void aFormThatTheBrowserCallsCrossSiteIsRefused() {
    for (String site : List.of("cross-site", "same-site", "none", "x")) {
      assertThat(signIn(direct, "key-admin", origin(direct), "Sec-Fetch-Site", site).statusCode())
          .isEqualTo(403);
    }
    assertThat(
            signIn(direct, "key-admin", origin(direct), "Sec-Fetch-Site", "same-origin")
                .statusCode())
        .isEqualTo(303);
  }

  @Test
  void whereTlsIsAPageInClearTextIsAnotherOrigin() {
    String plain = "http://127.0.0.1:" + proxied.port();
    assertThat(signIn(proxied, "key-admin", plain, "X-Forwarded-Proto", "https").statusCode())
        .isEqualTo(403);
  }

  private String signedIn(String key) {
    return signIn(direct, key).headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
  }

  private static HttpResponse<String> signIn(HttpServer server, String key) {
    return signIn(server, key, origin(server));
  }

  private HttpResponse<String> signInFrom(String forwardedFor) {
    return signIn(proxied, "key-admin", origin(proxied), "X-Forwarded-For", forwardedFor);
  }

  private static HttpResponse<String> signIn(
      HttpServer server, String key, String origin, String... headers) {
    HttpRequest.Builder request =
        request(server, "/ui/sign-in")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString("return_to=&api_key=" + key));
    if (!origin.isEmpty()) {
      request.header("Origin", origin);
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    return TestServer.send(request);
  }

  private HttpResponse<String> page(String cookie) {
    return get(direct, "/v1/runs", BROWSER, cookie);
  }

  private int secure(String cookie) {
    return TestServer.send(
            request(proxied, "/v1/runs")
                .header("Accept", BROWSER)
                .header("Cookie", cookie)
                .header("X-Forwarded-Proto", "https"))
        .statusCode();
  }

  private static HttpResponse<String> get(
      HttpServer server, String path, String accept, String cookie) {
    return TestServer.send(request(server, path).header("Accept", accept).header("Cookie", cookie));
  }

  private static HttpRequest.Builder request(HttpServer server, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
  }

  private static String origin(HttpServer server) {
    return "http://127.0.0.1:" + server.port();
  }
}
