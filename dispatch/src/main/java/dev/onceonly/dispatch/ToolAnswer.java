package dev.onceonly.dispatch;

import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/// Makes an object of whatever a tool answered (contract 7.3). It has acted, so nothing here may
/// fail: what is no JSON within our own bounds (a duplicate name, too deep, a number too long) is
/// kept as text, and what is not even UTF-8 is left out.
final class ToolAnswer {
  /// Bytes of an answer as it comes, and of the object that is made of it.
  static final int BYTES_MAX = 256 * 1024;

  static final String OMITTED = "{\"omitted\":true}";

  /// Nesting, where the outermost object is 1. Eight less than our own reader takes, since the
  /// object is put into others: a run's steps, an answer.
  static final int DEPTH_MAX = 56;

  static final int NUMBER_DIGITS_MAX = 1_000;
  static final int EXPONENT_MAX = 400;

  private static final String EMPTY = "{}";
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEPTH_MAX)
                  .maxNumberLength(NUMBER_DIGITS_MAX + 16)
                  .maxNameLength(BYTES_MAX)
                  .maxStringLength(BYTES_MAX)
                  .build())
          .build();

  private ToolAnswer() {}

  /// Compact JSON of an object, numbers as written, at most 256 KiB.
  static String toObject(byte[] body) {
    String text = decode(body);
    if (text == null) {
      return OMITTED;
    }
    if (text.isBlank()) {
      return EMPTY;
    }
    String json = compact(text);
    String object = json == null ? asText(text) : json.startsWith("{") ? json : data(json);
    return object.getBytes(StandardCharsets.UTF_8).length > BYTES_MAX ? OMITTED : object;
  }

  private static @Nullable String decode(byte[] body) {
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(body))
              .toString();
      return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static String data(String json) {
    return "{\"data\":" + json + "}";
  }

  private static String asText(String text) {
    StringWriter out = new StringWriter();
    try (JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      generator.writeStartObject();
      generator.writeStringProperty("text", text);
      generator.writeEndObject();
    }
    return out.toString();
  }

  /// The one JSON value in the text without its blanks; null where there is none within the bounds.
  private static @Nullable String compact(String text) {
    StringWriter out = new StringWriter();
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text);
        JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      int depth = 0;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        boolean taken = copy(parser, token, generator);
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (!taken || (depth == 0 && parser.nextToken() != null)) {
          return null;
        }
        if (depth == 0) {
          generator.flush();
          return out.toString();
        }
      }
      return null;
    } catch (JacksonException noJson) {
      return null;
    }
  }

  /// Copies one token; false where it can't be taken.
  private static boolean copy(JsonParser parser, JsonToken token, JsonGenerator out) {
    switch (token) {
      case PROPERTY_NAME, VALUE_STRING -> {
        String text = parser.getString();
        if (hasHalfAPair(text)) {
          return false;
        }
        if (token == JsonToken.PROPERTY_NAME) {
          out.writeName(text);
        } else {
          out.writeString(text);
        }
      }
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
        String number = parser.getString();
        if (!isInBounds(number)) {
          return false;
        }
        out.writeNumber(number);
      }
      case START_OBJECT -> out.writeStartObject();
      case END_OBJECT -> out.writeEndObject();
      case START_ARRAY -> out.writeStartArray();
      case END_ARRAY -> out.writeEndArray();
      case VALUE_TRUE -> out.writeBoolean(true);
      case VALUE_FALSE -> out.writeBoolean(false);
      case VALUE_NULL -> out.writeNull();
      case NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT -> {
        return false;
      }
    }
    return true;
  }

  /// The bounds that our own reader has, judged without arithmetic on the digits.
  private static boolean isInBounds(String number) {
    int exponentAt = Math.max(number.indexOf('e'), number.indexOf('E'));
    if (number.chars().filter(c -> c >= '0' && c <= '9').count() > NUMBER_DIGITS_MAX) {
      return false;
    }
    int exponent = 0;
    for (int i = exponentAt + 1; exponentAt >= 0 && i < number.length(); i++) {
      char c = number.charAt(i);
      if (c >= '0' && c <= '9') {
        exponent = exponent * 10 + (c - '0');
        if (exponent > EXPONENT_MAX) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean hasHalfAPair(String text) {
    return text.codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }
}
