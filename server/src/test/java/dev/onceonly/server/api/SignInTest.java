package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.account.Role;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Signing in from a browser, as its requests look on the wire. The throttle and the hour are
/// tested where a test can move the clock: `BrowserSessionTest` in `http`.
class SignInTest {
  private static final String BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8";

  // Each test has a server of its own, because all come from one address, which is throttled.
  @RegisterExtension final LiveServerForEach each = new LiveServerForEach();

  @Test
  void aBrowserWithoutASessionGetsTheForm() {
    Answer answer = browse("/v1/runs/a%2Fb?limit=7", "");
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
    assertThat(answer.header("Content-Security-Policy")).contains("default-src 'none'");
    assertThat(answer.body())
        .contains(
            "<form method=\"post\" action=\"/ui/sign-in\">",
            "name=\"return_to\" value=\"/v1/runs/a%2Fb?limit&#x3D;7\"");
  }

  @Test
  void whoKnowsOnlyTheHostComesToTheFormAndThenToTheList() {
    Answer form = browse("/", "");
    assertThat(form.status()).isEqualTo(200);
    assertThat(form.header("Content-Type")).startsWith("text/html");
    assertThat(form.body()).contains("<form method=\"post\" action=\"/ui/sign-in\">");
    Answer known = browse("/", cookie(signIn(LiveServer.ADMIN_KEY, "")));
    assertThat(known.status()).isEqualTo(303);
    assertThat(known.header("Location")).isEqualTo("/v1/runs");
    Answer program = Client.send(request("/").header("Accept", "*/*"));
    assertThat(program.status()).isEqualTo(404);
    assertThat(program.body()).isEqualTo("{\"detail\":\"Not Found\"}");
  }

  @Test
  void signingInLeadsBackToThePageAndOutOfIt() {
    Answer signedIn = signIn(LiveServer.ADMIN_KEY, "/v1/runs/a%2Fb?limit=7");
    assertThat(signedIn.status()).isEqualTo(303);
    assertThat(signedIn.header("Location")).isEqualTo("/v1/runs/a%2Fb?limit=7");
    assertThat(signedIn.header("Cache-Control")).isEqualTo("no-store");
    assertThat(signedIn.header("Set-Cookie"))
        .matches(
            "onceonly_session=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Strict; Max-Age=3600");

    String cookie = cookie(signedIn);
    Answer page = browse("/v1/runs/a%2Fb", cookie);
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.body()).contains("a/b", "default · once_live_…0001", "Sign out");
    assertThat(browse("/v1/runs", "other=1; " + cookie + "; more=2").status()).isEqualTo(200);

    Answer signedOut = send("/ui/sign-out", "", origin(), cookie);
    assertThat(signedOut.status()).isEqualTo(303);
    assertThat(signedOut.header("Set-Cookie"))
        .startsWith("onceonly_session=;")
        .contains("Max-Age=0");
    assertThat(browse("/v1/runs", cookie).status()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "/", "//evil.example/v1/runs", "https://evil.example/v1/runs",
            "/v1/runs\\@evil.example",
        "/v1/runsx", "/v1/me", "/\\evil.example", "/v1/runs\r\nSet-Cookie: a=b", "/v1/runs/ü",
        "javascript:alert(1)", " /v1/runs"
      })
  void whatIsNoPageOfOursLeadsToTheList(String target) {
    assertThat(signIn(LiveServer.ADMIN_KEY, target).header("Location")).isEqualTo("/v1/runs");
  }

  @ParameterizedTest
  @CsvSource({
    "once_live_nobody_has_issued_this_one, 403",
    "'', 422",
    "'   ', 422",
    "'a b', 403",
    "<script>, 403"
  })
  void aWrongKeyGetsTheFormAgain(String key, int status) {
    Answer refused = signIn(key, "/v1/runs/back");
    assertThat(refused.status()).isEqualTo(status);
    assertThat(refused.header("Set-Cookie")).isNull();
    assertThat(refused.body())
        .contains("role=\"alert\"", "value=\"/v1/runs/back\"")
        .doesNotContain("<script", "nobody_has_issued");
  }

  @Test
  void aDisabledKeyNeitherStartsASessionNorKeepsOne() {
    String key = server().keyText("default", Role.READER);
    String cookie = cookie(signIn(key, ""));
    assertThat(browse("/v1/runs", cookie).status()).isEqualTo(200);

    server().disable(key);

    assertThat(browse("/v1/runs", cookie).status()).isEqualTo(401);
    assertThat(signIn(key, "").status()).isEqualTo(403);
  }

  @Test
  void theCookieIsRefusedByTheApi() {
    String cookie = cookie(signIn(LiveServer.ADMIN_KEY, ""));
    for (String path : List.of("/v1/runs", "/v1/runs/r", "/v1/me", "/v1/events", "/v1/usage")) {
      Answer answer = Client.send(request(path).header("Cookie", cookie));
      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.body()).isEqualTo("{\"detail\":\"Missing Authorization Bearer token\"}");
    }
    for (String path : List.of("/v1/events", "/v1/check-lock", "/v1/runs")) {
      Answer answer =
          Client.send(
              request(path)
                  .header("Cookie", cookie)
                  .header("Accept", BROWSER)
                  .header("Origin", origin())
                  .POST(BodyPublishers.ofString("{\"key\":\"k\"}")));
      assertThat(answer.status()).isIn(401, 405);
    }
  }

  @Test
  void aKeyInTheHeaderWinsOverTheSession() {
    String cookie = cookie(signIn(LiveServer.ADMIN_KEY, ""));
    Answer answer =
        Client.send(
            server()
                .client("wrong")
                .request("/v1/runs")
                .header("Cookie", cookie)
                .header("Accept", BROWSER));
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.body()).contains("Invalid API key");
  }

  @Test
  void aSessionShowsItsOwnNamespaceOnly() {
    Client other = server().namespace("other", "agency");
    other.post("/v1/events", "run_id", "secret-run", "type", "note", "message", "hidden");
    String cookie = cookie(signIn(LiveServer.ADMIN_KEY, ""));
    assertThat(browse("/v1/runs", cookie).body()).doesNotContain("secret-run");
    assertThat(browse("/v1/runs/secret-run", cookie).body())
        .contains("No events")
        .doesNotContain("hidden");
  }

  @Test
  void aFormOfAnotherSiteIsRefused() {
    for (String origin : List.of("http://evil.example", "null", "")) {
      assertThat(send("/ui/sign-in", form(LiveServer.ADMIN_KEY, ""), origin, "").status())
          .isEqualTo(403);
      assertThat(send("/ui/sign-out", "", origin, "").status()).isEqualTo(403);
    }
  }

  @Test
  void aFormHasABoundAndAKind() {
    String key = "x".repeat(5_000);
    assertThat(signIn(key, "").status()).isEqualTo(413);
    Answer json =
        Client.send(
            request("/ui/sign-in")
                .header("Origin", origin())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"api_key\":\"" + LiveServer.ADMIN_KEY + "\"}")));
    assertThat(json.status()).isEqualTo(415);
    assertThat(send("/ui/sign-in", "api_key=%zz", origin(), "").status()).isEqualTo(422);
    assertThat(Client.send(request("/ui/sign-in")).status()).isEqualTo(405);
  }

  @Test
  void tooManyAttemptsAreRefusedWhateverTheKey() {
    int refused = 0;
    for (int attempt = 0; attempt < 20; attempt++) {
      int status = signIn("once_live_guess_" + attempt, "").status();
      assertThat(status).isIn(403, 429);
      refused += status == 429 ? 1 : 0;
    }
    assertThat(refused).isPositive();
  }

  @Test
  void aForgedCookieIsNoSession() {
    for (String cookie :
        List.of(
            "onceonly_session=",
            "onceonly_session=" + "A".repeat(43),
            "onceonly_session=" + "A".repeat(42),
            "onceonly_session=" + LiveServer.ADMIN_KEY,
            "__Host-onceonly_session=" + "A".repeat(43))) {
      assertThat(browse("/v1/runs", cookie).status()).isEqualTo(401);
    }
  }

  private LiveServer server() {
    return each.server();
  }

  private Answer signIn(String key, String returnTo) {
    return send("/ui/sign-in", form(key, returnTo), origin(), "");
  }

  private static String form(String key, String returnTo) {
    return "return_to="
        + URLEncoder.encode(returnTo, StandardCharsets.UTF_8)
        + "&api_key="
        + URLEncoder.encode(key, StandardCharsets.UTF_8);
  }

  private Answer send(String path, String form, String origin, String cookie) {
    HttpRequest.Builder request =
        request(path)
            .header("Accept", BROWSER)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form));
    if (!origin.isEmpty()) {
      request.header("Origin", origin);
    }
    if (!cookie.isEmpty()) {
      request.header("Cookie", cookie);
    }
    return Client.send(request);
  }

  private Answer browse(String target, String cookie) {
    HttpRequest.Builder request = request(target).header("Accept", BROWSER);
    return Client.send(cookie.isEmpty() ? request : request.header("Cookie", cookie));
  }

  private HttpRequest.Builder request(String target) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server().port() + target));
  }

  private String origin() {
    return "http://127.0.0.1:" + server().port();
  }

  private static String cookie(Answer signedIn) {
    String header = signedIn.header("Set-Cookie");
    assertThat(header).isNotNull();
    return String.valueOf(header).split(";", 2)[0];
  }
}
