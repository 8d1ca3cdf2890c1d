package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.ArgumentHash;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One guarded function: its keys, and what a repeated call gives.
final class IdempotentCall {
  private final OnceOnly onceOnly;
  private final IdempotentOptions options;
  private final CheckLockOptions lock;

  IdempotentCall(OnceOnly onceOnly, IdempotentOptions options) {
    boolean isNamed =
        options.keyFunction() != null
            || options.keyId() != null
            || !options.keyPrefix().equals(IdempotentOptions.defaults().keyPrefix());
    if (!isNamed) {
      throw new IllegalArgumentException(
          "a Java function has no name: one of keyId, keyFunction and keyPrefix is needed");
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
            ? ArgumentHash.of(
                options.keyVersion(),
                options.keyId() == null ? "" : options.keyId(),
                given.values())
            : Arguments.text("key", keyFunction.apply(given));
    return options.keyPrefix() + ":" + own;
  }
}
