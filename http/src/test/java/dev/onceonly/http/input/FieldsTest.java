package dev.onceonly.http.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.onceonly.http.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class FieldsTest {
  private static final String LOCK = "\uD83D\uDD12";

  private static Fields fields(String json) {
    JsonNode node = Json.read(json.getBytes(StandardCharsets.UTF_8));
    return Fields.of(node, List.of("body"), new Problems());
  }

  private static @Nullable Object taken(
      String json, Function<Fields, ? extends @Nullable Object> take) {
    Fields fields = fields(json);
    Object value = take.apply(fields);
    fields.done();
    return value;
  }

  private static List<Problem> problems(String json, Consumer<Fields> take) {
    Fields fields = fields(json);
    take.accept(fields);
    InvalidInput invalid = catchThrowableOfType(InvalidInput.class, fields::done);
    assertThat(invalid).as("should be refused: %s", json).isNotNull();
    return invalid.problems();
  }

  private static Problem problem(String json, Consumer<Fields> take) {
    List<Problem> problems = problems(json, take);
    assertThat(problems).hasSize(1);
    return problems.getFirst();
  }

  @Test
  void keyIsTakenExactly() {
    for (String key : List.of("a", " a ", "\u00e9", "e\u0301", "a".repeat(256), LOCK.repeat(256))) {
      assertThat(taken("{\"key\":" + Json.text(key) + "}", f -> f.key("key"))).isEqualTo(key);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | missing",
        "{\"key\":null} | missing",
        "{\"key\":1} | string_type",
        "{\"key\":[\"a\"]} | string_type",
        "{\"key\":\"\"} | string_too_short",
        "{\"key\":\" \"} | value_error",
        "{\"key\":\"\\t\\u2003\"} | value_error",
        "{\"key\":\"a\\u0000\"} | value_error",
      })
  void wrongKeyIsNamed(String json, String type) {
    Problem problem = problem(json, f -> f.key("key"));
    assertThat(problem.type()).isEqualTo(type);
    assertThat(problem.loc()).containsExactly("body", "key");
  }

  @Test
  void keyOf257CodePointsIsTooLong() {
    assertThat(problem("{\"key\":\"" + LOCK.repeat(257) + "\"}", f -> f.key("key")).type())
        .isEqualTo("string_too_long");
    assertThat(problem("{\"key\":\"" + "a".repeat(257) + "\"}", f -> f.key("key")).msg())
        .isEqualTo("String should have at most 256 characters");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "60.0, 60",
    "6e1, 60",
    "0.6e2, 60",
    "9223372036854775807, 9223372036854775807",
    "92233720368547758070e-1, 9223372036854775807",
    "1e18, 1000000000000000000",
  })
  void wholeTtlIsTakenHoweverWritten(String written, long ttl) {
    assertThat(taken("{\"ttl\":" + written + "}", f -> f.optionalTtl("ttl"))).isEqualTo(ttl);
  }

  @ParameterizedTest
  @CsvSource({
    "0, greater_than",
    "-1, greater_than",
    "-0, greater_than",
    "0.0, greater_than",
    "0e400, greater_than",
    "-9223372036854775808, greater_than",
    "1.5, int_from_float",
    "1e-400, int_from_float",
    "0.99999999999999999999, int_from_float",
    "9223372036854775808, int_parsing_size",
    "-9223372036854775809, int_parsing_size",
    "9223372036854775807.5, int_from_float",
    "9223372036854775808.0, int_parsing_size",
    "1e19, int_parsing_size",
    "1e400, int_parsing_size",
    "true, int_type",
    "'\"60\"', int_type",
    "{}, int_type",
  })
  void otherTtlIsRefused(String written, String type) {
    assertThat(problem("{\"ttl\":" + written + "}", f -> f.optionalTtl("ttl")).type())
        .isEqualTo(type);
  }

  @Test
  void nullIsAbsent() {
    String json = "{\"a\":null}";
    assertThat(taken(json, f -> f.optionalTtl("a"))).isNull();
    assertThat(taken(json, f -> f.optionalText("a", TextRule.ID))).isNull();
    assertThat(taken(json, f -> f.optionalObject("a", 10))).isNull();
    assertThat(taken(json, f -> f.flag("a", true))).isEqualTo(true);
    assertThat(taken(json, f -> f.has("a"))).isEqualTo(false);
    assertThat(taken("{}", f -> f.optionalElements("a", 0, 1))).isNull();
  }

  @Test
  void objectIsBoundedByItsCompactBytes() {
    String atBound = "{\"a\":{ \"b\" : \"" + "\u00e4".repeat(10) + "\" }}";
    assertThat(taken(atBound, f -> f.optionalObjectText("a", 28)))
        .isEqualTo("{\"b\":\"" + "\u00e4".repeat(10) + "\"}");
    Problem problem = problem(atBound, f -> f.optionalObjectText("a", 27));
    assertThat(problem.type()).isEqualTo("value_error");
    assertThat(problem.msg()).contains("27");
    assertThat(problem("{\"a\":[]}", f -> f.optionalObject("a", 99)).type()).isEqualTo("dict_type");
  }

  @Test
  void numbersInAnObjectKeepTheirDigits() {
    String json = "{\"a\":{\"n\":[0.10,1e2,12345678901234567890]}}";
    assertThat(taken(json, f -> f.optionalObjectText("a", 99)))
        .isEqualTo("{\"n\":[0.10,1E+2,12345678901234567890]}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "1", "\"a\"", "null", "true"})
  void bodyThatIsNoObjectIsRefused(String json) {
    Problem problem = problem(json, Fields::object);
    assertThat(problem.type()).isEqualTo("dict_type");
    assertThat(problem.loc()).containsExactly("body");
  }

  @Test
  void allMistakesAreReportedAtOnce() {
    List<Problem> problems =
        problems(
            "{\"ttl\":0,\"flag\":1,\"list\":[1],\"child\":{\"x\":2}}",
            f -> {
              f.key("key");
              f.optionalTtl("ttl");
              f.flag("flag", false);
              f.optionalTexts("list", 5, TextRule.ID);
              f.child("child").text("x", TextRule.ID);
            });
    assertThat(problems)
        .extracting(Problem::type)
        .containsExactly("missing", "greater_than", "bool_type", "string_type", "string_type");
    assertThat(problems)
        .extracting(Problem::loc)
        .containsExactly(
            List.of("body", "key"),
            List.of("body", "ttl"),
            List.of("body", "flag"),
            List.of("body", "list", 0),
            List.of("body", "child", "x"));
  }

  @Test
  void nothingOfAuthIsRepeated() {
    String json =
        "{\"name\":1,\"auth\":{\"secret\":\"hush\",\"n\":[{\"auth\":\"hush\"}]},\"l\":[{\"auth\":\"hush\",\"x\":1}]}";
    List<Problem> problems =
        problems(
            json,
            f -> {
              f.key("key");
              f.optionalText("auth", TextRule.ID);
              f.child("auth").text("n", TextRule.ID);
              f.child("auth").key("missing");
              f.optionalText("l", TextRule.ID);
              f.text("name", TextRule.ID);
            });
    assertThat(problems)
        .hasSize(6)
        .allSatisfy(p -> assertThat(String.valueOf(p.input())).doesNotContain("hush"));
    assertThat(problems.get(1).input()).isNull();
    assertThat(problems.get(0).input()).hasToString("{\"name\":1,\"l\":[{\"x\":1}]}");
  }

  @Test
  void inputIsCutSmall() {
    String json = "{\"key\":\"" + LOCK.repeat(1_000) + "\",\"a\":[" + "1,".repeat(5_000) + "1]}";
    List<Problem> problems =
        problems(
            json,
            f -> {
              f.key("key");
              f.key("missing");
              f.optionalText("a", TextRule.ID);
            });
    assertThat(problems)
        .hasSize(3)
        .allSatisfy(p -> assertThat(String.valueOf(p.input()).length()).isLessThanOrEqualTo(300));
  }

  @Test
  void listsAreBounded() {
    assertThat(taken("{\"a\":[1,2]}", f -> f.elements("a", 1, 2).size())).isEqualTo(2);
    assertThat(problem("{\"a\":[]}", f -> f.elements("a", 1, 2)).type()).isEqualTo("too_short");
    assertThat(problem("{\"a\":[1,2,3]}", f -> f.elements("a", 1, 2)).type()).isEqualTo("too_long");
    assertThat(problem("{\"a\":{}}", f -> f.elements("a", 1, 2)).type()).isEqualTo("list_type");
    assertThat(problem("{}", f -> f.elements("a", 1, 2)).type()).isEqualTo("missing");
  }

  @Test
  void elementsOfAListHaveFieldsOfTheirOwn() {
    assertThat(
            taken(
                "{\"rules\":[{\"n\":1},{\"n\":2.50}]}",
                f -> {
                  List<Fields> rules = f.optionalChildren("rules", 2);
                  return rules == null
                      ? null
                      : rules.stream().map(rule -> rule.decimal("n").toString()).toList();
                }))
        .isEqualTo(List.of("1", "2.50"));
    assertThat(taken("{}", f -> f.optionalChildren("rules", 2))).isNull();

    Problem noObject = problem("{\"rules\":[{},7]}", f -> f.optionalChildren("rules", 2));
    assertThat(noObject.loc()).isEqualTo(List.of("body", "rules", 1));
    assertThat(problem("{\"rules\":[{},{},{}]}", f -> f.optionalChildren("rules", 2)).type())
        .isEqualTo("too_long");
  }

  @Test
  void aDecimalIsANumberAndNeeded() {
    assertThat(problem("{}", f -> f.decimal("usd")).type()).isEqualTo("missing");
    assertThat(problem("{\"usd\":null}", f -> f.decimal("usd")).type()).isEqualTo("missing");
    assertThat(problem("{\"usd\":\"1\"}", f -> f.decimal("usd")).type()).isEqualTo("float_type");
  }

  @Test
  void integerHasBothBounds() {
    assertThat(taken("{\"a\":1}", f -> f.integer("a", 1, 5))).isEqualTo(1L);
    assertThat(taken("{\"a\":5.0}", f -> f.integer("a", 1, 5))).isEqualTo(5L);
    assertThat(problem("{\"a\":0}", f -> f.integer("a", 1, 5)).msg()).endsWith("equal to 1");
    assertThat(problem("{\"a\":6}", f -> f.integer("a", 1, 5)).msg()).endsWith("equal to 5");
  }

  @Test
  void hostileBodyMakesNoHostileAnswer() {
    String json = "{\"a\":[" + "1,".repeat(5_000) + "1]}";
    assertThat(problems(json, f -> f.optionalTexts("a", 10_000, TextRule.ID)))
        .hasSizeLessThanOrEqualTo(100);
  }
}
