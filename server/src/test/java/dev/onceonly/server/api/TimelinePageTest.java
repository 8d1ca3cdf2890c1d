package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The pages as markup: what they show, and that nothing of it is ever more than text.
class TimelinePageTest {
  private static final String HOSTILE =
      "</pre><script>alert('x')</script><img src=x onerror=\"y\">";
  private static final Pattern TAG =
      Pattern.compile("<(script|img src=x|iframe|object|embed|style)");

  @RegisterExtension static final LiveServer SERVER = LiveServer.withDefaults();

  @BeforeAll
  static void postEvents() {
    Client admin = SERVER.admin();
    for (String field :
        List.of("type", "status", "step", "tool", "req_id", "lease_id", "agent_id", "message")) {
      Object[] fields =
          field.equals("type")
              ? new Object[] {"run_id", HOSTILE, "type", HOSTILE, "ts", 100}
              : new Object[] {"run_id", HOSTILE, "type", "note", "ts", 100, field, HOSTILE};
      assertThat(admin.post("/v1/events", fields).status()).isEqualTo(200);
    }
    admin.post(
        "/v1/events",
        "run_id",
        HOSTILE,
        "type",
        "tool_result",
        "ts",
        110,
        "duration_ms",
        5_000,
        "status",
        "ok",
        "data",
        Map.of(HOSTILE, HOSTILE));
  }

  @Test
  void everyFieldIsShownAsText() {
    String page = page("/v1/runs/" + encoded(HOSTILE)).body();
    assertThat(TAG.matcher(page).find()).isFalse();
    String escaped = "&lt;/pre&gt;&lt;script&gt;";
    assertThat(page.split(Pattern.quote(escaped), -1)).hasSizeGreaterThan(10);
    assertThat(page).doesNotContain("onerror=\"").doesNotContain("style=\"");
  }

  @Test
  void theListShowsTheRunIdAndTheLastTypeAsText() {
    SERVER.admin().post("/v1/events", "run_id", HOSTILE + "2", "type", HOSTILE, "ts", 5);
    Answer list = page("/v1/runs?q=" + encoded("</pre>"));
    assertThat(TAG.matcher(list.body()).find()).isFalse();
    assertThat(list.body())
        .contains("href=\"/v1/runs/" + encoded(HOSTILE) + "\"", "9 events", "1 event<");
    Answer none = page("/v1/runs?q=" + encoded("\"><script>"));
    assertThat(TAG.matcher(none.body()).find()).isFalse();
    assertThat(none.body()).contains("No runs here");
  }

  @Test
  void thePagesSendTheirPolicies() {
    for (String path : List.of("/v1/runs", "/v1/runs/" + encoded(HOSTILE), "/v1/runs?limit=0")) {
      Answer page = page(path);
      assertThat(page.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
      assertThat(page.header("Content-Security-Policy"))
          .startsWith("default-src 'none';")
          .doesNotContain("script-src", "unsafe-inline", "http:", "https:", "*");
      assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
      assertThat(page.header("Referrer-Policy")).isEqualTo("same-origin");
      assertThat(page.header("Cache-Control")).isEqualTo("no-store");
      assertThat(page.header("Vary")).isEqualTo("Accept, Cookie");
    }
  }

  @Test
  void aBarEndsAtItsEventOnTheRunsAxis() {
    String page = page("/v1/runs/" + encoded(HOSTILE)).body();
    assertThat(page).contains("<rect x=\"50.000%\" y=\"1\" width=\"50.000%\"", "5.00 s");
    assertThat(page).contains("<circle cx=\"0.000%\"");
  }

  @Test
  void aRunSaysHowItStands() {
    String run = "stands";
    SERVER
        .admin()
        .post(
            "/v1/events", "run_id", run, "type", "run_started", "ts", 10, "status", "in_progress");
    assertThat(page("/v1/runs/" + run).body()).contains("pill large busy\"><bdi>in progress<");
    SERVER
        .admin()
        .post("/v1/events", "run_id", run, "type", "run_finished", "ts", 75, "status", "failed");
    assertThat(page("/v1/runs/" + run).body())
        .contains(
            "pill large bad\"><bdi>failed<", "1 min 5 s", "1 Jan 1970, 00:01:15 UTC", "Ended");
  }

  @Test
  void pagesLinkToTheirNeighbours() {
    for (int i = 0; i < 5; i++) {
      SERVER.admin().post("/v1/events", "run_id", "a/b", "type", "note", "ts", i);
    }
    String middle = page("/v1/runs/a%2Fb?limit=2&offset=2").body();
    assertThat(middle)
        .contains(
            "href=\"/v1/runs/a%2Fb?limit&#x3D;2&amp;offset&#x3D;0\"",
            "href=\"/v1/runs/a%2Fb?limit&#x3D;2&amp;offset&#x3D;4\"", "3–4 of 5");
    assertThat(page("/v1/runs/a%2Fb?limit=2&offset=4").body())
        .contains("5–5 of 5")
        .doesNotContain("rel=\"next\"");
    assertThat(page("/v1/runs/a%2Fb").body())
        .doesNotContain("rel=\"next\"")
        .doesNotContain("rel=\"prev\"");
    assertThat(page("/v1/runs/a%2Fb?offset=9").body()).contains("There is nothing on this page.");
  }

  @Test
  void anUnknownRunIsAnEmptyPage() {
    Answer page = page("/v1/runs/never-seen");
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.body()).contains("No events").doesNotContain("<ol>");
  }

  @Test
  void whatIsWrongWithARequestIsShownToo() {
    Answer wrong = page("/v1/runs?limit=0&q=" + "x".repeat(257));
    assertThat(wrong.status()).isEqualTo(422);
    assertThat(wrong.body())
        .contains("query limit: Input should be greater than or equal to 1", "query q:");
    assertThat(page("/v1/runs/%ff").status()).isEqualTo(422);
  }

  @Test
  void dataIsLeftOutWhereAPageWouldHaveTooMuch() {
    for (int i = 0; i < 140; i++) {
      SERVER
          .admin()
          .post(
              "/v1/events",
              "run_id",
              "heavy",
              "type",
              "note",
              "data",
              Map.of("k", "x".repeat(16_000)));
    }
    Answer page = page("/v1/runs/heavy");
    assertThat(page.body().length()).isBetween(2_000_000, 2_500_000);
    assertThat(page.body()).contains("Not shown: ask for fewer events on a page.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"*/*", "application/json", "text/html, application/json", "image/png"})
  void whoDoesNotPreferAPageGetsJson(String accept) {
    Answer answer =
        Client.send(
            SERVER.admin().request("/v1/runs/" + encoded(HOSTILE)).header("Accept", accept));
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.number("/total")).isEqualTo(9);
  }

  @Test
  void theStyleSheetAndTheIconNeedNoKey() {
    RawHttp raw = new RawHttp(SERVER.port());
    Answer style = raw.send("GET /ui/timeline.css", List.of(), new byte[0]);
    assertThat(style.status()).isEqualTo(200);
    assertThat(style.header("Content-Type")).isEqualTo("text/css; charset=utf-8");
    assertThat(style.body())
        .contains("prefers-color-scheme: dark", ":focus-visible")
        .doesNotContain("url(", "@import");
    assertThat(raw.send("GET /ui/icon.svg", List.of(), new byte[0]).header("Content-Type"))
        .isEqualTo("image/svg+xml");
  }

  private static Answer page(String target) {
    return Client.send(
        SERVER.admin().request(target).header("Accept", "text/html,*/*;q=0.8").GET());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
