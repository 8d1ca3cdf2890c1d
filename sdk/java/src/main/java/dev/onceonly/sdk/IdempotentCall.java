package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.CanonicalJson;
import dev.onceonly.sdk.internal.json.Hashes;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One guarded function: its keys, and what a repeated call gives.
final class IdempotentCall {
  private final OnceOnly onceOnly;
  private final IdempotentOptions options;
  private final CheckLockOptions lock;

  IdempotentCall(OnceOnly onceOnly, IdempotentOptions options) {
    if (options.keyFunction() == null && options.keyId() == null) {
      throw new IllegalArgumentException(
          "a Java function has no name: one of keyId and keyFunction is needed");
    }
    this.onceOnly = onceOnly;
    this.options = options;
    this.lock = CheckLockOptions.defaults().ttl(options.ttl()).failOpen(options.failOpen());
  }

  // The options can't be typed by the function: they are made before it is known.
  @SuppressWarnings({"unchecked", "NullAway"})
  <R extends @Nullable Object, E extends Exception> R invoke(
      List<? extends @Nullable Object> arguments, CheckedSupplier<R, E> function) throws E {
    CallArguments given = new CallArguments(Arrays.asList(arguments.toArray()));
    if (onceOnly.checkLock(key(given), lock).shouldProceed()) {
      return function.get();
    }
    Function<CallArguments, ? extends @Nullable Object> onDuplicate = options.onDuplicate();
    return (R) (onDuplicate == null ? options.returnValueOnDuplicate() : onDuplicate.apply(given));
  }

  private String key(CallArguments given) {
    Function<CallArguments, String> keyFunction = options.keyFunction();
    String own =
        keyFunction == null
            ? hash(options.keyVersion(), String.valueOf(options.keyId()), given.values())
            : Arguments.text("key", keyFunction.apply(given));
    return options.keyPrefix() + ":" + own;
  }

  /// The part of a key that stands for a function and its arguments: equal for equal arguments,
  /// whatever the order of their properties.
  ///
  /// @throws IllegalArgumentException if an argument has no JSON form
  static String hash(String version, String function, List<? extends @Nullable Object> arguments) {
    Map<String, @Nullable Object> parts = new LinkedHashMap<>();
    parts.put("v", version);
    parts.put("fn", function);
    parts.put("args", arguments.stream().map(CanonicalJson::of).toList());
    parts.put("kwargs", Map.of());
    return Hashes.sha256(CanonicalJson.of(parts));
  }
}
