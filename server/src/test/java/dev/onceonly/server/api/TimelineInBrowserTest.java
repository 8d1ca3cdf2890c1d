package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Cookie;
import com.microsoft.playwright.options.SameSiteAttribute;
import dev.onceonly.http.json.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.node.ObjectNode;

/// The pages in a real browser: signing in, hostile data, the keyboard, both colour schemes, a
/// phone. Leaves its pictures in `target/`.
class TimelineInBrowserTest {

  /// One event a line; `ts` counts from the run's start.
  private static final String SUPPORT_RUN =
      """
      {"ts":0,"type":"run_started","status":"in_progress","lease_id":"lease_7f3k2q","data":{"key":"support_chat_001"}}
      {"ts":0,"type":"agent_step","status":"start","step":"step_1","tool":"crm.lookup","agent_id":"support_bot"}
      {"ts":0,"type":"tool_call","status":"start","step":"step_1","tool":"crm.lookup","agent_id":"support_bot"}
      {"ts":9,"type":"tool_result","status":"ok","step":"step_1","tool":"crm.lookup","agent_id":"support_bot","duration_ms":8640,"data":{"decision":"executed","policy_reason":"ok","customer":{"id":"cus_123","plan":"pro","open_tickets":[4711,4712]}}}
      {"ts":11,"type":"note","agent_id":"support_bot","message":"The customer has two open tickets; answering the older one first."}
      {"ts":12,"type":"tool_call","status":"start","step":"step_2","tool":"stripe.refund","agent_id":"support_bot"}
      {"ts":13,"type":"tool_result","status":"blocked","step":"step_2","tool":"stripe.refund","agent_id":"support_bot","duration_ms":4,"data":{"decision":"blocked","policy_reason":"max_spend_usd_per_day_exceeded","risk_level":"medium"}}
      {"ts":31,"type":"tool_result","status":"unknown","step":"step_3","tool":"tickets.update","agent_id":"support_bot","duration_ms":15000,"message":"The tool did not answer in time; the call will be resolved."}
      {"ts":40,"type":"tool_result","status":"ok","step":"step_4","tool":"send_email","agent_id":"support_bot","duration_ms":6180}
      {"ts":41,"type":"tool_result","status":"dedup","step":"step_5","tool":"send_email","agent_id":"support_bot","duration_ms":2}
      {"ts":42,"type":"run_finished","status":"completed","lease_id":"lease_7f3k2q"}
      """;

  private static final String HOSTILE =
      "</pre></script><script>window.ran=1;alert(1)</script><img src=http://evil.example/x"
          + " onerror=\"window.ran=1\"><svg onload=alert(2)>";
  private static final Path PICTURES = Path.of("target");

  @RegisterExtension final LiveServerForEach each = new LiveServerForEach();

  private @Nullable Chromium browser;

  @BeforeEach
  void open() {
    Optional<Path> executable = Chromium.installed();
    assumeTrue(
        executable.isPresent() || "true".equals(System.getenv("CI")), "chromium is not installed");
    browser = Chromium.start(executable.orElseThrow());
  }

  @AfterEach
  void close() {
    if (browser != null) {
      browser.close();
    }
  }

  @Test
  void hostileDataIsTextAndTheKeyboardOpensIt() {
    Client admin = each.server().admin();
    for (String field :
        List.of("status", "step", "tool", "req_id", "lease_id", "agent_id", "message")) {
      admin.post("/v1/events", "run_id", HOSTILE, "type", HOSTILE, field, HOSTILE);
    }
    admin.post(
        "/v1/events",
        "run_id",
        HOSTILE,
        "type",
        "tool_result",
        "duration_ms",
        40,
        "data",
        Map.of(HOSTILE, HOSTILE, "url", "javascript:alert(3)"));
    Page page = signedIn("/v1/runs/" + encoded(HOSTILE));

    assertThat(page.locator("h1").innerText()).isEqualTo(HOSTILE);
    assertThat(page.locator(".timeline li .type").allInnerTexts()).hasSize(8).contains(HOSTILE);
    assertThat(page.locator(".message").innerText()).isEqualTo(HOSTILE);
    assertThat(page.locator("script, iframe, object, [onerror], [onload], [style]").count())
        .isZero();

    Locator data = page.locator("details pre");
    assertThat(data.isVisible()).isFalse();
    focusByTab(page, "summary");
    assertThat(page.evaluate("getComputedStyle(document.activeElement).outlineStyle"))
        .isEqualTo("solid");
    page.keyboard().press("Enter");
    assertThat(data.isVisible()).isTrue();
    assertThat(data.innerText()).contains("</pre></script>", "javascript:alert(3)");

    page.locator("a.brand").click();
    assertThat(page.locator(".runs a").innerText()).isEqualTo(HOSTILE);
    assertThat(page.evaluate("window.ran === undefined")).isEqualTo(true);
    assertHarmless();
  }

  @Test
  void theTimelineIsReadableInLightAndDarkAndOnAPhone() {
    postRun("run_support_001");
    Page page = signedIn("/v1/runs/run_support_001");

    assertThat(page.locator(".pill.large").innerText()).isEqualTo("Completed");
    assertThat(page.locator(".timeline rect").first().isVisible()).isTrue();
    assertThat(page.locator(".timeline circle").first().isVisible()).isTrue();
    page.locator("summary").nth(1).click();
    for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
      assertThat(lowContrast(page)).isEmpty();
      picture(page, "timeline-" + name(scheme));
    }
    page.setViewportSize(390, 844);
    assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth")).isEqualTo(true);
    picture(page, "timeline-phone");
    assertHarmless();
  }

  @Test
  void theListAndTheFormAreReadableToo() {
    postRun("run_support_001");
    postRun("run_support_002");
    each.server()
        .admin()
        .post(
            "/v1/events",
            "run_id",
            "nightly/report 7",
            "type",
            "run_started",
            "status",
            "in_progress",
            "ts",
            Instant.now().getEpochSecond());
    Page page = browser().page();
    page.navigate(origin() + "/v1/runs");
    assertThat(page.evaluate("document.activeElement.id")).isEqualTo("api_key");
    for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
      assertThat(lowContrast(page)).isEmpty();
      picture(page, "sign-in-" + name(scheme));
    }
    page = signedIn("/v1/runs");
    for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
      assertThat(lowContrast(page)).isEmpty();
      picture(page, "runs-" + name(scheme));
    }
    page.locator("#q").fill("nightly");
    page.keyboard().press("Enter");
    page.waitForURL(origin() + "/v1/runs?q=nightly");
    page.locator(".runs a").click();
    page.waitForURL(origin() + "/v1/runs/nightly%2Freport%207");
    assertThat(page.locator("h1").innerText()).isEqualTo("nightly/report 7");
    page.setViewportSize(390, 844);
    page.navigate(origin() + "/v1/runs");
    assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth")).isEqualTo(true);
    assertHarmless();
  }

  @Test
  void theSessionIsACookieThatNoScriptReadsAndSigningOutEndsIt() {
    Page page = signedIn("/v1/runs");
    Cookie cookie = browser().context().cookies().getFirst();
    assertThat(cookie.name).isEqualTo("onceonly_session");
    assertThat(cookie.httpOnly).isTrue();
    assertThat(cookie.sameSite).isEqualTo(SameSiteAttribute.STRICT);
    assertThat(page.evaluate("document.cookie")).isEqualTo("");

    page.getByText("Sign out").click();
    page.locator("#api_key").waitFor();
    assertThat(page.locator("#api_key").isVisible()).isTrue();
    assertThat(browser().context().cookies()).isEmpty();
  }

  @Test
  void aWrongKeyIsToldAndTheWayBackIsKept() {
    postRun("run_support_001");
    Page page = browser().page();
    page.navigate(origin() + "/v1/runs/run_support_001");
    page.locator("#api_key").fill("once_live_nobody_has_issued_this_one");
    page.keyboard().press("Enter");
    assertThat(page.getByRole(AriaRole.ALERT).innerText()).contains("not valid");
    page.locator("#api_key").fill(LiveServer.ADMIN_KEY);
    page.keyboard().press("Enter");
    page.waitForURL(origin() + "/v1/runs/run_support_001");
    assertThat(page.locator("h1").innerText()).isEqualTo("run_support_001");
  }

  private Page signedIn(String target) {
    Page page = browser().page();
    page.navigate(origin() + target);
    page.locator("#api_key").fill(LiveServer.ADMIN_KEY);
    page.locator("form button").click();
    page.waitForURL(origin() + target);
    // Until here the browser itself complains of the 401 that the form came with.
    browser().errors().clear();
    return page;
  }

  private void assertHarmless() {
    assertThat(browser().dialogs()).isEmpty();
    assertThat(browser().errors()).isEmpty();
    assertThat(browser().requests()).allMatch(url -> url.startsWith(origin() + "/"));
  }

  private static void focusByTab(Page page, String tag) {
    for (int i = 0; i < 50; i++) {
      page.keyboard().press("Tab");
      if (tag.equals(page.evaluate("document.activeElement.tagName.toLowerCase()"))) {
        return;
      }
    }
    throw new AssertionError("the keyboard does not get to any " + tag);
  }

  /// Texts whose contrast with what is behind them is below 4.5, by WCAG's formula.
  private static List<?> lowContrast(Page page) {
    return (List<?>)
        page.evaluate(
            """
            () => {
              const paint = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
              const rgba = text => {
                paint.clearRect(0, 0, 1, 1);
                paint.fillStyle = text;
                paint.fillRect(0, 0, 1, 1);
                return paint.getImageData(0, 0, 1, 1).data;
              };
              const light = ([r, g, b]) => [0.2126 * r, 0.7152 * g, 0.0722 * b].map((_, i) => {
                const c = [r, g, b][i] / 255;
                return [0.2126, 0.7152, 0.0722][i]
                  * (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
              }).reduce((a, b) => a + b);
              const behind = element => {
                for (let e = element; e; e = e.parentElement) {
                  const color = rgba(getComputedStyle(e).backgroundColor);
                  if (color[3] === 255) return color;
                }
                return [255, 255, 255];
              };
              const low = [];
              for (const e of document.querySelectorAll('body *')) {
                const own = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
                if (!own || !e.checkVisibility()) continue;
                const a = light(rgba(getComputedStyle(e).color));
                const b = light(behind(e));
                const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                if (contrast < 4.5) low.push(e.textContent.trim() + ' ' + contrast.toFixed(2));
              }
              return low;
            }
            """);
  }

  private void postRun(String runId) {
    long start = Instant.now().getEpochSecond() - 90;
    for (String line : SUPPORT_RUN.lines().toList()) {
      ObjectNode event = (ObjectNode) Json.read(line.getBytes(StandardCharsets.UTF_8));
      event.put("run_id", runId).put("ts", start + event.path("ts").asLong());
      assertThat(each.server().admin().postText("/v1/events", event.toString()).status())
          .isEqualTo(200);
    }
  }

  private static void picture(Page page, String name) {
    page.screenshot(
        new Page.ScreenshotOptions().setPath(PICTURES.resolve(name + ".png")).setFullPage(true));
  }

  private static String name(ColorScheme scheme) {
    return scheme == ColorScheme.DARK ? "dark" : "light";
  }

  private Chromium browser() {
    return Objects.requireNonNull(browser, "no browser was started");
  }

  private String origin() {
    return "http://127.0.0.1:" + each.server().port();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
