package dev.onceonly.http.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTest {
  private static @Nullable Object taken(
      String raw, Function<Query, ? extends @Nullable Object> take) {
    Query query = Query.parse(raw, new Problems());
    Object value = take.apply(query);
    query.done();
    return value;
  }

  private static Problem problem(String raw, Consumer<Query> take) {
    Query query = Query.parse(raw, new Problems());
    take.accept(query);
    InvalidInput invalid = catchThrowableOfType(InvalidInput.class, query::done);
    assertThat(invalid).as("should be refused: %s", raw).isNotNull();
    assertThat(invalid.problems()).hasSize(1);
    return invalid.problems().getFirst();
  }

  @ParameterizedTest
  @CsvSource({
    "key=a, a",
    "key=a+b, a b",
    "key=a%2Bb%20c, a+b c",
    "key=%F0%9F%94%91, \uD83D\uDD11",
    "key=a=b=c, a=b=c",
    "key=a&key=b, b",
    "x=1&&key=b&, b",
    "k%65y=a, a",
    "key=a%26b, a&b",
    "key=a;b, a;b",
  })
  void keyIsDecoded(String raw, String key) {
    assertThat(taken(raw, q -> q.key("key"))).isEqualTo(key);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "key=%",
        "key=%4",
        "key=%zz",
        "key=%C3",
        "key=%ED%A0%80",
        "key=%C0%80",
        "key=a%FFb",
        "key=\uFFFD",
        "key=a\u0001",
      })
  void invalidEscapeOrUtf8IsNamed(String raw) {
    Problem problem = problem(raw, q -> q.optionalText("key", TextRule.KEY));
    assertThat(problem.type()).isEqualTo("value_error");
    assertThat(problem.loc()).containsExactly("query", "key");
  }

  @Test
  void differentBytesNeverBecomeOneKey() {
    assertThat(problem("key=a%80", q -> q.optionalText("key", TextRule.KEY)).loc())
        .isEqualTo(List.of("query", "key"));
    assertThat(taken("key=a%EF%BF%BD", q -> q.key("key"))).isEqualTo("a\uFFFD");
  }

  @Test
  void missingAndEmptyKeysAreNamed() {
    assertThat(problem("", q -> q.key("key")).type()).isEqualTo("missing");
    assertThat(problem("key=", q -> q.key("key")).type()).isEqualTo("string_too_short");
    assertThat(problem("key", q -> q.key("key")).type()).isEqualTo("string_too_short");
    assertThat(problem("key=%20", q -> q.key("key")).type()).isEqualTo("value_error");
    assertThat(problem("key=%00", q -> q.key("key")).type()).isEqualTo("value_error");
    assertThat(problem("key=" + "a".repeat(257), q -> q.key("key")).type())
        .isEqualTo("string_too_long");
  }

  @ParameterizedTest
  @CsvSource({"'', 50", "limit=1, 1", "limit=200, 200", "limit=007, 7", "limit=3&limit=4, 4"})
  void integerHasADefaultAndBounds(String raw, int limit) {
    assertThat(taken(raw, q -> q.integer("limit", 1, 200, 50))).isEqualTo(limit);
  }

  @ParameterizedTest
  @CsvSource({
    "limit=0, greater_than_equal",
    "limit=-1, greater_than_equal",
    "limit=201, less_than_equal",
    "limit=9223372036854775808, int_parsing",
    "limit=, int_parsing",
    "limit=1.0, int_parsing",
    "limit=1e1, int_parsing",
    "limit=ten, int_parsing",
    "limit=+5, int_parsing",
    "limit=%D9%A1, int_parsing",
  })
  void otherIntegersAreRefused(String raw, String type) {
    assertThat(problem(raw, q -> q.integer("limit", 1, 200, 50)).type()).isEqualTo(type);
  }

  @ParameterizedTest
  @CsvSource({
    "'', 0",
    "wait=0, 0",
    "wait=1, 1000",
    "wait=0.25, 250",
    "wait=.5, 500",
    "wait=5., 5000",
    "wait=60, 60000",
    "wait=60.001, 60000",
    "wait=99999999999999999999999999, 60000",
    "wait=-0, 0",
    "wait=1e1, 10000",
    "wait=2.5E-1, 250",
    "wait=6.5e-02, 65",
    "wait=1.7976931348623157e%2B308, 60000",
    "wait=9e999, 60000",
    "wait=1e-999, 0",
  })
  void waitIsCappedAt60Seconds(String raw, long millis) {
    assertThat(taken(raw, q -> q.wait("wait"))).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @CsvSource({
    "wait=-1, greater_than_equal",
    "wait=-0.001, greater_than_equal",
    "wait=-1e-999, greater_than_equal",
    "wait=, float_parsing",
    "wait=., float_parsing",
    "wait=1e, float_parsing",
    "wait=e1, float_parsing",
    "wait=1e1.5, float_parsing",
    "wait=1e1000, float_parsing",
    "wait=0x10, float_parsing",
    "wait=1.2.3, float_parsing",
    "wait=NaN, float_parsing",
    "wait=inf, float_parsing",
    "wait=1s, float_parsing",
    "wait=%D9%A1, float_parsing",
  })
  void otherWaitsAreRefused(String raw, String type) {
    assertThat(problem(raw, q -> q.wait("wait")).type()).isEqualTo(type);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "day=2026-02-30",
        "day=2026-2-3",
        "day=%2B2026-01-1",
        "day=2026-01-01T00",
        "day=",
        "day=20260101"
      })
  void daysThatDoNotExistAreRefused(String raw) {
    assertThat(problem(raw, q -> q.date("day")).type()).isEqualTo("date_parsing");
  }

  @Test
  void dayIsTaken() {
    assertThat(taken("day=2028-02-29", q -> q.date("day"))).isEqualTo(LocalDate.of(2028, 2, 29));
    assertThat(problem("", q -> q.date("day")).type()).isEqualTo("missing");
    assertThat(taken("", q -> q.optionalDate("day"))).isNull();
  }

  @Test
  void flagIsTrueOrFalse() {
    assertThat(taken("f=true", q -> q.flag("f", false))).isEqualTo(true);
    assertThat(taken("f=0", q -> q.flag("f", true))).isEqualTo(false);
    assertThat(taken("", q -> q.flag("f", true))).isEqualTo(true);
    assertThat(problem("f=yes", q -> q.flag("f", true)).type()).isEqualTo("bool_parsing");
  }
}
