package dev.onceonly.sdk.testing;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An answer of the fake.
///
/// @param status of HTTP
/// @param body as it is written to JSON
record FakeAnswer(int status, Map<String, @Nullable Object> body) {
  static FakeAnswer ok(Map<String, @Nullable Object> body) {
    return new FakeAnswer(200, body);
  }

  static FakeAnswer refused(int status, Map<String, @Nullable Object> detail) {
    return new FakeAnswer(status, object("detail", detail));
  }

  static FakeAnswer refused(int status, String code) {
    return refused(status, object("error", code));
  }

  /// An object of names and values, which may be null.
  static Map<String, @Nullable Object> object(@Nullable Object... namesAndValues) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      object.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
    }
    return Collections.unmodifiableMap(object);
  }

  /// The refusal of a key that stands for other work; null when the fingerprints do not differ.
  static @Nullable FakeAnswer keyReused(
      String key, @Nullable String stored, @Nullable String given) {
    if (stored == null || given == null || stored.equals(given)) {
      return null;
    }
    return refused(
        409,
        object(
            "error",
            "key_reused",
            "key",
            key,
            "stored_fingerprint",
            stored,
            "given_fingerprint",
            given));
  }
}
