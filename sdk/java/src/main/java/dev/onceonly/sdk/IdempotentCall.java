package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.guard.Once;
import dev.onceonly.sdk.internal.guard.Replayable;
import dev.onceonly.sdk.internal.http.Failures;
import dev.onceonly.sdk.internal.json.ArgumentHash;
import dev.onceonly.sdk.internal.json.Fingerprint;
import dev.onceonly.sdk.internal.json.Results;
import dev.onceonly.sdk.internal.json.Unfinished;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One guarded function: its keys, and what a repeated call gives.
final class IdempotentCall {
  private final OnceOnly onceOnly;
  private final IdempotentOptions options;

  /// @throws IllegalArgumentException if the options can't be right
  IdempotentCall(OnceOnly onceOnly, IdempotentOptions options) {
    if (options.keyFunction == null && options.keyId == null) {
      throw new IllegalArgumentException(
          "a Java function has no name: one of keyId and keyFunction is needed");
    }
    if (options.onDuplicate instanceof DuplicateAnswer.Replay) {
      Once.checkReplay(options.ttl, options.failOpen);
    }
    this.onceOnly = onceOnly;
    this.options = options;
  }

  // The options can't be typed by the function: they are made before it is known.
  @SuppressWarnings({"unchecked", "NullAway"})
  <R extends @Nullable Object, E extends Exception> R invoke(
      List<? extends @Nullable Object> arguments, CheckedSupplier<R, E> function) throws E {
    CallArguments given = new CallArguments(Arrays.asList(arguments.toArray()));
    String key = key(given);
    String fingerprint =
        options.fingerprintFunction == null
            ? null
            : Fingerprint.of(options.fingerprintFunction.apply(given));
    return (R)
        (options.onDuplicate instanceof DuplicateAnswer.Replay replay
            ? leased(key, fingerprint, function, replay.type())
            : locked(key, fingerprint, given, function));
  }

  private @Nullable Object locked(
      String key,
      @Nullable String fingerprint,
      CallArguments given,
      CheckedSupplier<? extends @Nullable Object, ?> function) {
    CheckLockResult lock =
        onceOnly.checkLock(
            key, o -> o.ttl(options.ttl).failOpen(options.failOpen).fingerprint(fingerprint));
    if (!lock.shouldProceed()) {
      return duplicate(options.onDuplicate, lock, given);
    }
    try {
      return watched(Unfinished.refused(function.get()), lock);
    } catch (Throwable e) {
      Once.failed(onceOnly, lock, options.releases(e));
      throw Failures.<RuntimeException>sneak(e);
    }
  }

  // A future is the caller's; only its failure concerns the lock.
  private @Nullable Object watched(@Nullable Object value, CheckLockResult lock) {
    if (value instanceof CompletionStage<?> later) {
      return later.whenComplete((inner, error) -> {
        if (error != null) {
          Once.failed(onceOnly, lock, options.releases(Failures.unwrap(error)));
        }
      });
    }
    return value;
  }

  private static @Nullable Object duplicate(
      DuplicateAnswer answer, CheckLockResult lock, CallArguments given) {
    if (answer instanceof DuplicateAnswer.Call call) {
      return call.function().apply(given);
    }
    if (answer instanceof DuplicateAnswer.Tell tell) {
      return tell.value();
    }
    throw Once.duplicate(lock);
  }

  private @Nullable Object leased(
      String key,
      @Nullable String fingerprint,
      CheckedSupplier<? extends @Nullable Object, ?> function,
      Type type) {
    // Whoever has run the function gets its own value, and not what JSON has made of it.
    AtomicReference<@Nullable Own> own = new AtomicReference<>();
    LeaseFunction<RuntimeException> noted =
        lease -> {
          Object value = sneaking(function);
          own.set(new Own(value));
          return new Replayable(value);
        };
    AiResult outcome =
        onceOnly
            .ai()
            .runFn(
                key,
                noted,
                o -> {
                  o.ttl(Once.leaseTtl(options.ttl))
                      .fingerprint(fingerprint)
                      .timeout(Once.REPLAY_WAIT);
                  o.releasedExceptions = options.releasedExceptions;
                });
    Own ran = own.get();
    if (ran != null) {
      return ran.value();
    }
    Once.checkReplayed(key, outcome);
    return Results.replayed(outcome.result(), type);
  }

  /// What the function gave to its own caller.
  private record Own(@Nullable Object value) {}

  private static @Nullable Object sneaking(
      CheckedSupplier<? extends @Nullable Object, ?> function) {
    try {
      return function.get();
    } catch (Exception e) {
      throw Failures.<RuntimeException>sneak(e);
    }
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
