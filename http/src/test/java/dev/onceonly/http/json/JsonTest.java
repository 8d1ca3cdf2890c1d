package dev.onceonly.http.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class JsonTest {
  private static JsonNode read(String text) {
    return Json.read(text.getBytes(StandardCharsets.UTF_8));
  }

  private static JsonNode readHex(String hex) {
    return Json.read(HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "true",
        "\"\"",
        "0",
        "-0",
        "1.50",
        "1e400",
        "1E-400",
        "[1,[2,{\"a\":null}]]",
        "{\"b\":1,\"a\":2}",
        "\"\\ud83d\\udd11\"",
        "\"\\u0000\"",
        "123456789012345678901234567890.5",
        "9223372036854775807",
        "-9223372036854775808",
        "9223372036854775808",
        "\"\u2028\"",
      })
  void whatIsReadIsWrittenWithTheSameValue(String text) {
    JsonNode node = read(text);
    assertThat(read(Json.text(node))).isEqualTo(node);
    assertThat(Json.canonical(read(Json.text(node)))).isEqualTo(Json.canonical(node));
    assertThat(Json.utf8Size(node))
        .isEqualTo(Json.text(node).getBytes(StandardCharsets.UTF_8).length);
  }

  @Test
  void orderOfNamesIsKept() {
    assertThat(Json.text(read(" { \"b\" : 1 , \"a\" : [ 2 ] } "))).isEqualTo("{\"b\":1,\"a\":[2]}");
  }

  @Test
  void numbersAreExact() {
    assertThat(read("0.1").decimalValue()).isEqualTo(new BigDecimal("0.1"));
    assertThat(read("100000000000000000000000000000000000000000000000001").bigIntegerValue())
        .isEqualTo(new BigInteger("100000000000000000000000000000000000000000000000001"));
    assertThat(Json.text(read("[0.30,1.0,12345678901234567890,1234567890.123456789012345678]")))
        .isEqualTo("[0.30,1.0,12345678901234567890,1234567890.123456789012345678]");
    assertThat(read("1e2").isIntegralNumber()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "}",
        "{}}",
        "{} x",
        "{}{}",
        "[1,]",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "[01]",
        "[+1]",
        "[.5]",
        "[5.]",
        "[NaN]",
        "[Infinity]",
        "[0x1]",
        "nul",
        "truee",
        "\"a",
        "\"\t\"",
        "\"\\x\"",
        "\"\\u12\"",
        "// c\n{}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":{\"b\":1,\"b\":1}}",
        "{\"a\":1,\"\\u0061\":2}",
        "\"\\ud800\"",
        "\"\\udc00\\ud800\"",
        "{\"\\ud800\":1}",
        "[1e401]",
        "[1e-401]",
        "[1E+00000401]",
        "[1e100000000]",
        "[-1e99999999999999999999]",
        "[1 2]",
        "[\u00A01]",
        "{\"a\" 1}",
        "[1]\u0000",
      })
  void anythingElseIsRefused(String text) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(JsonRefused.class);
  }

  @ParameterizedTest
  @CsvSource({
    "22 C0 AF 22, overlong slash",
    "22 C1 BF 22, overlong ASCII",
    "22 E0 80 AF 22, overlong in three",
    "22 E0 9F BF 22, overlong in three at its bound",
    "22 F0 8F BF BF 22, overlong in four at its bound",
    "22 ED A0 80 22, a surrogate",
    "22 ED A0 BD ED B4 91 22, CESU-8",
    "22 F4 90 80 80 22, beyond U+10FFFF",
    "22 F5 80 80 80 22, no lead byte",
    "22 FF 22, no lead byte",
    "22 80 22, a continuation alone",
    "22 C3 22, one byte missing",
    "22 E2 82 22, one byte missing",
    "22 F0 9F 94 22, one byte missing",
    "22 F0 9F 94, truncated",
    "22 C3, truncated",
    "FF FE 7B 00 7D 00, UTF-16 with a mark",
    "7B 00 7D 00, UTF-16 without one",
    "00 00 00 7B 00 00 00 7D, UTF-32",
    "22 01 22, a control character",
    "22 61 62 63 64 65 66 67 68 00 22, U+0000 as a byte",
  })
  void invalidUtf8IsRefused(String hex, String why) {
    assertThatThrownBy(() -> readHex(hex)).as(why).isInstanceOf(JsonRefused.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "22 7F 22",
        "22 C2 80 22",
        "22 DF BF 22",
        "22 E0 A0 80 22",
        "22 ED 9F BF 22",
        "22 EE 80 80 22",
        "22 EF BF BF 22",
        "22 F0 90 80 80 22",
        "22 F4 8F BF BF 22",
      })
  void validUtf8AtItsBoundsIsTaken(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    assertThat(Json.write(readHex(hex))).isEqualTo(bytes);
  }

  @Test
  void everyPairOfBytesIsJudgedAsTheJdkJudgesIt() {
    for (int first = 0x20; first < 256; first++) {
      for (int second = 0x20; second < 256; second++) {
        byte[] bytes = {'a', (byte) first, (byte) second};
        String decoded = new String(bytes, StandardCharsets.UTF_8);
        boolean valid = decoded.indexOf('\uFFFD') < 0;
        assertThat(Utf8.firstInvalid(bytes) < 0).as("%x %x", first, second).isEqualTo(valid);
      }
    }
  }

  @Test
  void offsetTellsWhereReadingStopped() {
    assertThatThrownBy(() -> read("{\"a\":1,\"b\":x}"))
        .asInstanceOf(type(JsonRefused.class))
        .satisfies(refused -> assertThat(refused.offset()).isBetween(11, 13));
    assertThatThrownBy(() -> readHex("22 61 FF 22"))
        .asInstanceOf(type(JsonRefused.class))
        .satisfies(refused -> assertThat(refused.offset()).isEqualTo(2));
  }

  @Test
  void depthIs64() {
    assertThat(read("[".repeat(64) + "]".repeat(64)).isArray()).isTrue();
    assertThat(read("{\"a\":".repeat(63) + "{}" + "}".repeat(63)).isObject()).isTrue();
    assertThatThrownBy(() -> read("[".repeat(65) + "]".repeat(65))).isInstanceOf(JsonRefused.class);
    assertThatThrownBy(() -> read("{\"a\":".repeat(64) + "{}" + "}".repeat(64)))
        .isInstanceOf(JsonRefused.class);
  }

  @Test
  void numberHasAtMost1000Digits() {
    assertThat(read("9".repeat(1_000)).isNumber()).isTrue();
    assertThat(read("-0." + "9".repeat(999)).isNumber()).isTrue();
    assertThatThrownBy(() -> read("9".repeat(1_001))).isInstanceOf(JsonRefused.class);
    assertThatThrownBy(() -> read("0." + "9".repeat(1_000))).isInstanceOf(JsonRefused.class);
  }

  @Test
  void hostileNumbersAreDecidedFast() {
    String many = "[" + "1e100000000,".repeat(20_000) + "0]";
    String deep = "[".repeat(200_000);
    String longNumber = "9".repeat(250_000);
    long started = System.nanoTime();
    for (String text : List.of(many, deep, longNumber)) {
      assertThatThrownBy(() -> read(text)).isInstanceOf(JsonRefused.class);
    }
    // A parser that made integers of them would need half a minute for each.
    assertThat(System.nanoTime() - started).isLessThan(20_000_000_000L);
  }

  @Test
  void manyDifferentNamesStayCheap() {
    for (int round = 0; round < 50; round++) {
      StringBuilder text = new StringBuilder("{");
      for (int i = 0; i < 1_000; i++) {
        text.append("\"name").append(round * 1_000 + i).append("\":1,");
      }
      assertThat(read(text.append("\"last\":1}").toString()).size()).isEqualTo(1_001);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 | 1.0",
        "1 | 1e0",
        "100 | 1E+2",
        "0.50 | 5e-1",
        "0 | -0",
        "0 | 0.000",
        "0 | 0e99",
        "[1,2] | [1.0, 2.00]",
        "{\"a\":1,\"b\":2} | {\"b\":2.0,\"a\":1}",
        "\"ä\" | \"\\u00e4\"",
        "12345678901234567890 | 1234567890123456789e1",
      })
  void equalValuesHaveOneCanonicalForm(String one, String other) {
    assertThat(Json.canonical(read(one))).isEqualTo(Json.canonical(read(other)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 | \"1\"",
        "1 | 1.1",
        "[1,2] | [2,1]",
        "{} | []",
        "null | {}",
        "true | 1",
        "\"a\" | \"A\""
      })
  void differentValuesHaveDifferentCanonicalForms(String one, String other) {
    assertThat(Json.canonical(read(one))).isNotEqualTo(Json.canonical(read(other)));
  }

  @Test
  void canonicalFormIsSortedAndCompact() {
    assertThat(Json.canonical(read("{\"b\":[1.50,{}],\"a\":\"\\n\",\"\":[]}")))
        .isEqualTo("{\"\":[],\"a\":\"\\n\",\"b\":[1.5,{}]}");
  }

  record Body(boolean ok, String firstSeenAt, @Nullable Long ttlLeft) {}

  @Test
  void recordsAreWrittenInSnakeCaseWithTheirNulls() {
    assertThat(Json.text(new Body(true, "x", null)))
        .isEqualTo("{\"ok\":true,\"first_seen_at\":\"x\",\"ttl_left\":null}");
  }
}
