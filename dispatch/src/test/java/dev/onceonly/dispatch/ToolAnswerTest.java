package dev.onceonly.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ToolAnswerTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"a\": 1, \"b\" : [ true , null ] } | {\"a\":1,\"b\":[true,null]}",
        "{} | {}",
        "{\"n\":1.50,\"m\":1E5,\"k\":12345678901234567890123.0} |"
            + " {\"n\":1.50,\"m\":1E5,\"k\":12345678901234567890123.0}",
        "[1, 2] | {\"data\":[1,2]}",
        "\"x\" | {\"data\":\"x\"}",
        "17 | {\"data\":17}",
        "-0.0 | {\"data\":-0.0}",
        "null | {\"data\":null}",
        "true | {\"data\":true}",
        "OK | {\"text\":\"OK\"}",
        "<html>\"</html> | {\"text\":\"<html>\\\"</html>\"}",
        "{\"a\":1 | {\"text\":\"{\\\"a\\\":1\"}",
        "{\"a\":1}} | {\"text\":\"{\\\"a\\\":1}}\"}",
        "{\"a\":1} {\"b\":2} | {\"text\":\"{\\\"a\\\":1} {\\\"b\\\":2}\"}",
        "1 2 | {\"text\":\"1 2\"}",
        "{\"a\":1,\"a\":2} | {\"text\":\"{\\\"a\\\":1,\\\"a\\\":2}\"}",
        "NaN | {\"text\":\"NaN\"}",
        "{\"a\":1e401} | {\"text\":\"{\\\"a\\\":1e401}\"}",
        "{\"a\":1e-400} | {\"a\":1e-400}",
        "{\"a\":\"\\ud800\"} | {\"text\":\"{\\\"a\\\":\\\"\\\\ud800\\\"}\"}",
        "{\"\\udc00\":1} | {\"text\":\"{\\\"\\\\udc00\\\":1}\"}",
        "{\"a\":\"\\ud83d\\ude00\"} | {\"a\":\"😀\"}"
      })
  void becomesAnObject(String body, String object) {
    assertThat(of(body)).isEqualTo(object);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\r\n\t", "\uFEFF"})
  void nothingIsAnEmptyObject(String body) {
    assertThat(of(body)).isEqualTo("{}");
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheText() {
    assertThat(of("\uFEFF{\"a\":1}")).isEqualTo("{\"a\":1}");
  }

  @Test
  void whatIsNoUtf8IsOmitted() {
    assertThat(ToolAnswer.toObject(new byte[] {'{', (byte) 0xC0, (byte) 0x80, '}'}))
        .isEqualTo(ToolAnswer.OMITTED);
    assertThat(ToolAnswer.toObject(new byte[] {0x1F, (byte) 0x8B, 8, 0}))
        .isEqualTo(ToolAnswer.OMITTED);
  }

  @Test
  void nestingIsTakenUpToItsBoundAndBeyondAsText() {
    int deepest = ToolAnswer.DEPTH_MAX;
    String within = "{\"a\":".repeat(deepest) + "1" + "}".repeat(deepest);
    String beyond = "[".repeat(deepest + 1) + "]".repeat(deepest + 1);

    assertThat(of(within)).isEqualTo(within);
    assertThat(of(beyond)).startsWith("{\"text\":\"[[");
    assertThat(of("[".repeat(200_000))).startsWith("{\"text\":\"[[");
  }

  @Test
  void numbersAreTakenUpToTheirBoundAndBeyondAsText() {
    String longest = "1".repeat(ToolAnswer.NUMBER_DIGITS_MAX);

    assertThat(of("[" + longest + "]")).isEqualTo("{\"data\":[" + longest + "]}");
    assertThat(of("[" + longest + "1]")).startsWith("{\"text\":");
    assertThat(of("[1e100000000]")).startsWith("{\"text\":");
  }

  @Test
  void anObjectThatGrowsBeyondTheBoundIsOmitted() {
    String controls = "\u0001".repeat(ToolAnswer.BYTES_MAX);
    String largest = "{\"a\":\"" + "x".repeat(ToolAnswer.BYTES_MAX - 8) + "\"}";

    assertThat(of(controls)).isEqualTo(ToolAnswer.OMITTED);
    assertThat(of(largest)).isEqualTo(largest).hasSize(ToolAnswer.BYTES_MAX);
  }

  @Test
  void noBytesWhateverMakeItFail() {
    Random random = new Random(4);
    String alphabet = "{}[]\",:0123456789eE+-.truefalsn \\u\u0000\u00e9";
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(24); i >= 0; i--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      byte[] noise = new byte[random.nextInt(16)];
      random.nextBytes(noise);
      assertThatCode(() -> of(text.toString())).doesNotThrowAnyException();
      assertThatCode(() -> ToolAnswer.toObject(noise)).doesNotThrowAnyException();
    }
  }

  private static String of(String body) {
    return ToolAnswer.toObject(body.getBytes(StandardCharsets.UTF_8));
  }
}
