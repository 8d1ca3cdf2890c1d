package dev.onceonly.http.input;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/html",
        "TEXT/HTML",
        "text/*",
        "text/html, application/json;q=0.9",
        "application/json;q=0.999,text/html",
        "application/json;q=0.1, text/html;q=0.2",
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
        "*/*;q=0.1, text/*;q=0.2",
        "*/*, application/json;q=0",
        "text/html;charset=utf-8, application/json;q=0.5",
        "text/html;charset=\"UTF-8\", application/json;q=0.5",
        "text/html ; q=1.000 , application/json ; q=0.5",
        ",, text/html ,",
        "text/html;q=0.001",
        "text/html;a=\"x,application/json\";q=0, text/html"
      })
  void thesePreferHtml(String header) {
    assertThat(prefersHtml(header)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*/*",
        "application/json",
        "text/html, application/json",
        "application/json, text/html",
        "text/html;q=0.5, application/json;q=0.5",
        "text/html, */*",
        "text/*, application/*",
        "text/html;q=0",
        "text/html;q=0, */*;q=0.1",
        "text/html;q=0.8, */*;q=0.9",
        "image/png",
        "text/plain",
        "text/html;level=1",
        "text/html;q=1.001",
        "text/html;q=2",
        "text/html;q=-1",
        "text/html;q=0.1234",
        "text/html;q=",
        "text/html;q=x",
        "*/html",
        "text",
        "text/",
        "/html",
        "text/html/x",
        "te xt/html",
        "\"text/html\""
      })
  void theseDoNot(String header) {
    assertThat(prefersHtml(header)).isFalse();
  }

  @Test
  void withoutAHeaderEverythingIsTakenAlike() {
    assertThat(Accept.of(null).quality("text", "html")).isEqualTo(1_000);
    assertThat(Accept.of(null).ranksAbove("text", "html", "application", "json")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "'*/*;q=0.1,text/*;q=0.2,text/html;q=0.3', 300",
    "'text/html;q=0.3,text/*;q=0.9,*/*', 300",
    "'text/*;q=0.2,*/*;q=0.9', 200",
    "'text/html;charset=utf-8;q=0.4,text/html;q=0.3', 400",
    "'text/html;q=0.3,text/html;q=0.5', 500",
    "'image/*', 0",
    "'text/html;q=0.5;ext=1', 500"
  })
  void theMostPreciseRangeSaysTheQuality(String header, int quality) {
    assertThat(Accept.of(header).quality("text", "html")).isEqualTo(quality);
  }

  @Test
  void aHeaderOfThousandsOfRangesIsReadUpToABound() {
    String header = "image/png,".repeat(3_000) + "text/html";
    assertThat(prefersHtml(header)).isFalse();
  }

  private static boolean prefersHtml(String header) {
    return Accept.of(header).ranksAbove("text", "html", "application", "json");
  }
}
