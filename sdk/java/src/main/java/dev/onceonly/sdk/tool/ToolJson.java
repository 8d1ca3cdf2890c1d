package dev.onceonly.sdk.tool;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.onceonly.sdk.internal.json.CanonicalJson;
import dev.onceonly.sdk.internal.json.Fields;
import dev.onceonly.sdk.internal.json.Json;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What models write and read, as JSON.
final class ToolJson {
  /// The server's bound of a stored result.
  static final int STORED_BYTES_MAX = 256 * 1024;

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
    try {
      return CanonicalJson.of(tree(arguments));
    } catch (IllegalArgumentException e) {
      return arguments;
    }
  }

  /// The arguments as an object, empty for blank text.
  ///
  /// @throws IllegalArgumentException if they are something else
  static Map<String, @Nullable Object> object(String arguments) {
    Map<String, @Nullable Object> object = Fields.asObject(tree(arguments));
    if (object == null) {
      throw new IllegalArgumentException("a tool's arguments must be a JSON object");
    }
    return object;
  }

  private static @Nullable Object tree(String arguments) {
    return arguments.isBlank() ? Map.of() : Json.read(arguments);
  }

  /// A tool's text as a result that the server takes. One that is too big is only said to be
  /// omitted, because its effect has happened and the lease must be completed.
  static Map<String, @Nullable Object> stored(String text) {
    Map<String, @Nullable Object> result = Map.of("data", text);
    return Json.write(result).getBytes(UTF_8).length > STORED_BYTES_MAX ? OMITTED : result;
  }

  /// A stored result, or that of a governed call, as text; null when there is none.
  static @Nullable String text(@Nullable Map<String, @Nullable Object> result) {
    if (result == null || result.equals(OMITTED)) {
      return null;
    }
    return result.size() == 1 && result.get("data") instanceof String text
        ? text
        : Json.write(result);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
