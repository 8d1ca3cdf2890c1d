package dev.onceonly.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HeaderTextTest {

  @ParameterizedTest
  @CsvSource({"run_1, run_1", "'a b', a%20b", "50%, 50%25", "é😀, %C3%A9%F0%9F%98%80"})
  void keepsVisibleAsciiAndEscapesTheRest(String text, String value) {
    assertThat(HeaderText.encode(text)).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nX-Evil: 1", "\u0000", "\u007f", "\u2028", "\t", "ünïcödé"})
  void leavesNothingThatEndsALineAndCanBeDecoded(String text) {
    String value = HeaderText.encode(text);

    assertThat(value).matches("[!-~]*");
    assertThat(URLDecoder.decode(value, StandardCharsets.UTF_8)).isEqualTo(text);
  }
}
