package dev.onceonly.http.json;

import java.util.function.LongConsumer;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;
import tools.jackson.core.util.Separators.Spacing;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Reads and writes JSON. Thread-safe.
public final class Json {
  /// Nesting, where the outermost object is 1.
  public static final int DEPTH_MAX = 64;

  /// Digits of one number, its exponent's included.
  public static final int NUMBER_DIGITS_MAX = 1_000;

  /// Exponents are written between -400 and 400.
  public static final int EXPONENT_MAX = 400;

  /// Values in one body, each name of an object counted as one more. A body of the usual size can't
  /// have so many.
  public static final int BODY_VALUES_MAX = 200_000;

  /// Elements of an array that is a field of a body's own object; of a longer one no more than the
  /// first beyond it are kept, which is enough to be refused as too long.
  public static final int BODY_ELEMENTS_MAX = 1_000;

  // Record components are camelCase in Java and snake_case on the wire. Bean discovery is off the
  // hot path: Jackson keeps a serializer per record.
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private static final DefaultIndenter LINES = new DefaultIndenter("  ", "\n");
  private static final ObjectWriter PRETTY =
      MAPPER
          .writer()
          .with(
              new DefaultPrettyPrinter(
                      Separators.createDefaultInstance().withObjectNameValueSpacing(Spacing.AFTER))
                  .withObjectIndenter(LINES)
                  .withArrayIndenter(LINES));

  private Json() {}

  /// Reads one JSON value. Numbers are exact (long, BigInteger or BigDecimal), names keep their
  /// order.
  ///
  /// @throws JsonRefused for malformed JSON, invalid UTF-8, a duplicate name, text after the value,
  ///   an unpaired surrogate, and what exceeds the bounds above
  public static JsonNode read(byte[] utf8) {
    return JsonReader.read(utf8);
  }

  /// As [#read(byte[])], for what a caller sends: it stops at the bounds of bodies, too.
  ///
  /// @param costs told how many bytes of heap the value takes, while it grows; may throw to stop it
  public static JsonNode readBody(byte[] utf8, LongConsumer costs) {
    return JsonReader.readBody(utf8, costs);
  }

  /// Compact UTF-8 of a tree, or of a record whose components are named in snake_case.
  public static byte[] write(Object value) {
    return MAPPER.writeValueAsBytes(value);
  }

  /// As [#write(Object)], as text.
  public static String text(Object value) {
    return MAPPER.writeValueAsString(value);
  }

  /// For people: two spaces for each level.
  public static String pretty(JsonNode node) {
    return PRETTY.writeValueAsString(node);
  }

  /// Bytes of the compact form.
  public static int utf8Size(JsonNode node) {
    return write(node).length;
  }

  /// A form that is equal for JSON-equal values: names sorted by UTF-16 code units, no spaces,
  /// numbers by value (`1`, `1.0` and `1e0` are `1`).
  public static String canonical(JsonNode node) {
    return CanonicalJson.of(node);
  }

  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /// A tree of maps, lists, records and plain values.
  public static JsonNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }
}
