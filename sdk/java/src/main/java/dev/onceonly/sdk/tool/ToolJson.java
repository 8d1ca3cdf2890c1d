package dev.onceonly.sdk.tool;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.onceonly.sdk.internal.json.CanonicalJson;
import dev.onceonly.sdk.internal.json.Fields;
import dev.onceonly.sdk.internal.json.Json;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// What models write and read, as JSON.
final class ToolJson {
  /// The server's bound of a stored result.
  static final int STORED_BYTES_MAX = 256 * 1024;

  private static final JsonMapper EXACT =
      JsonMapper.builder(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private static final Map<String, @Nullable Object> OMITTED = Map.of("omitted", true);

  private ToolJson() {}

  /// Lower-case hex of the SHA-256 over the arguments' canonical JSON, and the key part when there
  /// is one.
  static String hash(String arguments, @Nullable String part) {
    MessageDigest digest = sha256();
    digest.update(canonical(arguments).getBytes(UTF_8));
    if (part != null) {
      // No JSON text has this byte, so the parts can't run into one another.
      digest.update((byte) 0);
      digest.update(part.getBytes(UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  // What is no JSON stands for itself: the tool is the one to complain about it.
  private static String canonical(String arguments) {
    if (arguments.isBlank()) {
      return CanonicalJson.of(Map.of());
    }
    return isJson(arguments) ? CanonicalJson.of(exact(arguments)) : arguments;
  }

  private static boolean isJson(String text) {
    try {
      var unused = Json.read(text);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  // Two amounts that differ only in their last digit are two calls, and of a property that is there
  // twice nobody knows which one the tool will take.
  private static @Nullable Object exact(String json) {
    try {
      return EXACT.readValue(json, Object.class);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "a tool's arguments must be JSON that names no property twice", e);
    }
  }

  /// The arguments as an object, empty for blank text.
  ///
  /// @throws IllegalArgumentException if they are something else
  static Map<String, @Nullable Object> object(String arguments) {
    Map<String, @Nullable Object> object =
        Fields.asObject(arguments.isBlank() ? Map.of() : exact(arguments));
    if (object == null) {
      throw new IllegalArgumentException("a tool's arguments must be a JSON object");
    }
    return object;
  }

  /// A tool's text as a result that the server takes. One that is too big is only said to be
  /// omitted, because its effect has happened and the lease must be completed.
  static Map<String, @Nullable Object> stored(@Nullable String text) {
    Map<String, @Nullable Object> result = Collections.singletonMap("data", text);
    return Json.write(result).getBytes(UTF_8).length > STORED_BYTES_MAX ? OMITTED : result;
  }

  /// A stored result, or that of a governed call, as text; null when there is none.
  static @Nullable String text(@Nullable Map<String, @Nullable Object> result) {
    if (result == null || result.equals(OMITTED) || isEmpty(result)) {
      return null;
    }
    return result.size() == 1 && result.get("data") instanceof String text
        ? text
        : Json.write(result);
  }

  /// Whether a stored result says that the tool gave nothing.
  static boolean isEmpty(@Nullable Map<String, @Nullable Object> result) {
    return result != null
        && result.size() == 1
        && result.containsKey("data")
        && result.get("data") == null;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
