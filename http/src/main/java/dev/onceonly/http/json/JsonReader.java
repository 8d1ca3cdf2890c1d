package dev.onceonly.http.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.function.LongConsumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Builds a tree from Jackson's tokens. The parser alone is too lenient for us: it would guess
/// UTF-16, take overlong UTF-8, keep the last of two equal names, make doubles of decimals, and
/// stop after the first value.
final class JsonReader {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Json.DEPTH_MAX)
                  .maxNumberLength(Json.NUMBER_DIGITS_MAX + 16)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();
  private static final JsonNodeFactory NODES = new JsonNodeFactory();

  // A long holds every number of up to 18 digits.
  private static final int LONG_DIGITS = 18;

  // What values take on the heap, rounded up.
  private static final int CONTAINER_BYTES = 160;
  private static final int MEMBER_BYTES = 64;
  private static final int SCALAR_BYTES = 64;
  private static final int CHAR_BYTES = 2;

  // Told of in portions, because most documents are smaller than one.
  private static final int COSTS_STEP_BYTES = 4 * 1024;

  private final JsonParser parser;
  private final LongConsumer costs;
  private final boolean body;
  private int values;
  private long untoldBytes;
  private int depth;

  private JsonReader(JsonParser parser, LongConsumer costs, boolean body) {
    this.parser = parser;
    this.costs = costs;
    this.body = body;
  }

  static JsonNode read(byte[] utf8) {
    return read(utf8, _ -> {}, false);
  }

  static JsonNode readBody(byte[] utf8, LongConsumer costs) {
    return read(utf8, costs, true);
  }

  private static JsonNode read(byte[] utf8, LongConsumer costs, boolean body) {
    int invalidAt = Utf8.firstInvalid(utf8);
    if (invalidAt >= 0) {
      throw new JsonRefused("Text is not valid UTF-8 or has a control character in it", invalidAt);
    }
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), utf8)) {
      JsonReader reader = new JsonReader(parser, costs, body);
      try {
        return reader.document();
      } catch (JacksonException malformed) {
        throw reader.refused("Malformed JSON");
      }
    }
  }

  private JsonNode document() {
    JsonToken first = parser.nextToken();
    if (first == null) {
      throw refused("Malformed JSON: no value");
    }
    JsonNode value = value(first);
    if (parser.nextToken() != null) {
      throw refused("Text after the value");
    }
    costs.accept(untoldBytes);
    return value;
  }

  // Counted before it is made: a value of three bytes takes thirty times as many.
  private void counts(long bytes) {
    values++;
    if (body && values > Json.BODY_VALUES_MAX) {
      throw refused("More than " + Json.BODY_VALUES_MAX + " values");
    }
    untoldBytes += bytes;
    if (untoldBytes >= COSTS_STEP_BYTES) {
      costs.accept(untoldBytes);
      untoldBytes = 0;
    }
  }

  private JsonNode value(JsonToken token) {
    counts(token.isStructStart() ? CONTAINER_BYTES : SCALAR_BYTES);
    return switch (token) {
      case START_OBJECT -> object();
      case START_ARRAY -> array();
      case VALUE_STRING -> string();
      case VALUE_NUMBER_INT -> integer();
      case VALUE_NUMBER_FLOAT -> decimal();
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NULL -> NODES.nullNode();
      case NOT_AVAILABLE, END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT ->
          throw refused("Malformed JSON");
    };
  }

  private JsonNode string() {
    untoldBytes += (long) CHAR_BYTES * parser.getStringLength();
    return NODES.stringNode(wellFormed(parser.getString()));
  }

  private ObjectNode object() {
    ObjectNode object = NODES.objectNode();
    depth++;
    String name = parser.nextName();
    while (name != null) {
      counts(MEMBER_BYTES + (long) CHAR_BYTES * name.length());
      JsonNode value = value(parser.nextToken());
      if (object.replace(wellFormed(name), value) != null) {
        throw refused("Duplicate name in an object");
      }
      name = parser.nextName();
    }
    depth--;
    return object;
  }

  private ArrayNode array() {
    ArrayNode array = NODES.arrayNode();
    JsonToken token = parser.nextToken();
    boolean isField = body && depth == 1;
    depth++;
    while (token != JsonToken.END_ARRAY) {
      if (isField && array.size() > Json.BODY_ELEMENTS_MAX) {
        parser.skipChildren();
      } else {
        array.add(value(token));
      }
      token = parser.nextToken();
    }
    depth--;
    return array;
  }

  private JsonNode integer() {
    int length = parser.getStringLength();
    if (length <= LONG_DIGITS) {
      return NODES.numberNode(parser.getLongValue());
    }
    String text = boundedNumber();
    return NODES.numberNode(new BigInteger(text));
  }

  private JsonNode decimal() {
    return NODES.numberNode(new BigDecimal(boundedNumber()));
  }

  // Looks at the digits before any arithmetic is done with them: what an exponent costs later
  // grows with its value, not with its length.
  private String boundedNumber() {
    String text = parser.getString();
    int digits = 0;
    int exponentAt = -1;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= '0' && c <= '9') {
        digits++;
      } else if (c == 'e' || c == 'E') {
        exponentAt = i + 1;
      }
    }
    if (digits > Json.NUMBER_DIGITS_MAX) {
      throw refused("A number has more than " + Json.NUMBER_DIGITS_MAX + " digits");
    }
    if (exponentAt >= 0 && exponentBeyondBound(text, exponentAt)) {
      throw refused("An exponent is beyond " + Json.EXPONENT_MAX);
    }
    return text;
  }

  private static boolean exponentBeyondBound(String text, int from) {
    int exponent = 0;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= '0' && c <= '9') {
        exponent = exponent * 10 + (c - '0');
        if (exponent > Json.EXPONENT_MAX) {
          return true;
        }
      }
    }
    return false;
  }

  private String wellFormed(String text) {
    if (Utf8.hasUnpairedSurrogate(text)) {
      throw refused("Unpaired surrogate in a string");
    }
    return text;
  }

  private JsonRefused refused(String reason) {
    TokenStreamLocation location = parser.currentLocation();
    return new JsonRefused(reason, location.getByteOffset());
  }
}
