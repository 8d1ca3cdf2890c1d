package dev.onceonly.sdk;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Checks of arguments that can't be right, made before anything is sent.
final class Arguments {
  private static final int FINGERPRINT_MAX = 128;
  private static final int ERROR_CODE_MAX = 256;
  // More than any server keeps a key.
  private static final Duration TTL_MAX = Duration.ofDays(36_500);
  private static final Duration FOR_EVER = Duration.ofNanos(Long.MAX_VALUE / 2);

  private Arguments() {}

  /// An idempotency key.
  static String key(@Nullable String key) {
    return text("key", key);
  }

  /// A text that must say something.
  // Callers without a null checker exist.
  @SuppressWarnings("ConstantValue")
  static String text(String name, @Nullable String text) {
    if (text == null || text.isBlank()) {
      throw new IllegalArgumentException(name + " must not be empty");
    }
    return text;
  }

  /// A text that can stand in a header.
  static String header(String name, @Nullable String text) {
    String given = text(name, text);
    if (!given.chars().allMatch(c -> c >= ' ' && c <= '~')) {
      throw new IllegalArgumentException(name + " must consist of visible ASCII characters");
    }
    return given;
  }

  /// A run's id without blanks around it; null stays null.
  static @Nullable String runId(@Nullable String runId) {
    return runId == null ? null : text("runId", runId.strip());
  }

  /// A fingerprint of 1 to 128 characters, or null.
  static @Nullable String fingerprint(@Nullable String fingerprint) {
    if (fingerprint != null
        && (fingerprint.isEmpty()
            || fingerprint.codePointCount(0, fingerprint.length()) > FINGERPRINT_MAX)) {
      throw new IllegalArgumentException(
          "fingerprint must have 1 to " + FINGERPRINT_MAX + " characters");
    }
    return fingerprint;
  }

  /// A duration above zero.
  static Duration positive(String name, Duration duration) {
    if (duration.isZero() || duration.isNegative()) {
      throw new IllegalArgumentException(name + " must be a duration above 0");
    }
    return duration;
  }

  /// A TTL that the wire can say, or null.
  static @Nullable Duration ttl(@Nullable Duration ttl) {
    if (ttl != null && (ttl.isZero() || ttl.isNegative() || ttl.compareTo(TTL_MAX) > 0)) {
      throw new IllegalArgumentException(
          "ttl must be a duration above 0 and of at most " + TTL_MAX.toDays() + " days");
    }
    return ttl;
  }

  /// A word for what a run has failed with.
  static String errorCode(@Nullable String errorCode) {
    String code = text("errorCode", errorCode);
    if (code.length() > ERROR_CODE_MAX) {
      throw new IllegalArgumentException(
          "errorCode must have at most " + ERROR_CODE_MAX + " characters");
    }
    return code;
  }

  /// A duration of zero or more.
  static Duration notNegative(String name, Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException(name + " must be a duration of 0 or more");
    }
    return duration;
  }

  /// A duration in nanoseconds that can be added to `System.nanoTime`: two centuries are as good as
  /// for ever.
  static long nanos(Duration duration) {
    return duration.compareTo(FOR_EVER) < 0 ? duration.toNanos() : FOR_EVER.toNanos();
  }

  /// Options as a caller's function sets them.
  static <O> O options(O options, Consumer<? super O> says) {
    says.accept(options);
    return options;
  }

  /// What a user's function gives for a key, or for a part of one: a text that says something, an
  /// integer or a UUID.
  static String keyPart(@Nullable Object part) {
    if (part instanceof String
        || part instanceof Integer
        || part instanceof Long
        || part instanceof BigInteger
        || part instanceof UUID) {
      return text("key", part.toString());
    }
    throw new IllegalArgumentException("key must be a text, an integer or a UUID");
  }

  /// An unmodifiable copy that may hold null, or null.
  static @Nullable Map<String, ? extends @Nullable Object> frozen(
      @Nullable Map<String, ? extends @Nullable Object> map) {
    return map == null ? null : copy(map);
  }

  /// An unmodifiable copy that may hold null.
  static Map<String, ? extends @Nullable Object> copy(Map<String, ? extends @Nullable Object> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<String, @Nullable Object>(map));
  }
}
