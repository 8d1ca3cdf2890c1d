package dev.onceonly.http.json;

import java.math.BigDecimal;
import java.math.BigInteger;
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

  private final JsonParser parser;

  private JsonReader(JsonParser parser) {
    this.parser = parser;
  }

  static JsonNode read(byte[] utf8) {
    int invalidAt = Utf8.firstInvalid(utf8);
    if (invalidAt >= 0) {
      throw new JsonRefused("Text is not valid UTF-8 or has a control character in it", invalidAt);
    }
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), utf8)) {
      JsonReader reader = new JsonReader(parser);
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
    return value;
  }

  private JsonNode value(JsonToken token) {
    return switch (token) {
      case START_OBJECT -> object();
      case START_ARRAY -> array();
      case VALUE_STRING -> NODES.stringNode(wellFormed(parser.getString()));
      case VALUE_NUMBER_INT -> integer();
      case VALUE_NUMBER_FLOAT -> decimal();
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NULL -> NODES.nullNode();
      case NOT_AVAILABLE, END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT ->
          throw refused("Malformed JSON");
    };
  }

  private ObjectNode object() {
    ObjectNode object = NODES.objectNode();
    String name = parser.nextName();
    while (name != null) {
      JsonNode value = value(parser.nextToken());
      if (object.replace(wellFormed(name), value) != null) {
        throw refused("Duplicate name in an object");
      }
      name = parser.nextName();
    }
    return object;
  }

  private ArrayNode array() {
    ArrayNode array = NODES.arrayNode();
    JsonToken token = parser.nextToken();
    while (token != JsonToken.END_ARRAY) {
      array.add(value(token));
      token = parser.nextToken();
    }
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
