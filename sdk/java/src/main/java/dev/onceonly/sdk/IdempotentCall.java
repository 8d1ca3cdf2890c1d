package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.ArgumentHash;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One guarded function: its keys, and what a repeated call gives.
final class IdempotentCall {
  private final OnceOnly onceOnly;
  private final IdempotentOptions options;

  IdempotentCall(OnceOnly onceOnly, IdempotentOptions options) {
    if (options.keyFunction == null && options.keyId == null) {
      throw new IllegalArgumentException(
          "a Java function has no name: one of keyId and keyFunction is needed");
    }
    this.onceOnly = onceOnly;
    this.options = options;
  }

  // The options can't be typed by the function: they are made before it is known.
  @SuppressWarnings({"unchecked", "NullAway"})
  <R extends @Nullable Object, E extends Exception> R invoke(
      List<? extends @Nullable Object> arguments, CheckedSupplier<R, E> function) throws E {
    CallArguments given = new CallArguments(Arrays.asList(arguments.toArray()));
    CheckLockResult lock =
        onceOnly.checkLock(key(given), o -> o.ttl(options.ttl).failOpen(options.failOpen));
    if (lock.shouldProceed()) {
      return function.get();
    }
    return (R) duplicate(options.onDuplicate, given);
  }

  private static @Nullable Object duplicate(DuplicateAnswer answer, CallArguments given) {
    if (answer instanceof DuplicateAnswer.Call call) {
      return call.function().apply(given);
    }
    return answer instanceof DuplicateAnswer.Tell tell ? tell.value() : null;
  }

  private String key(CallArguments given) {
    var keyFunction = options.keyFunction;
    String own =
        keyFunction == null
            ? ArgumentHash.of(
                options.keyVersion, options.keyId == null ? "" : options.keyId, given.values())
            : Arguments.keyPart(keyFunction.apply(given));
    return options.keyPrefix + ":" + own;
  }
}
