package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Values;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// How `idempotentAi` guards a function. Immutable; each method gives a changed copy. One of [#key]
/// and [#keyFunction] is needed.
///
/// @param key the key of every call
/// @param keyFunction makes the key of the arguments
/// @param metadataFunction makes metadata of the arguments; null to use those of `run`
/// @param run how the function is run: TTL, metadata, waiting and all else
public record IdempotentAiOptions(
    @Nullable String key,
    @Nullable Function<CallArguments, String> keyFunction,
    @Nullable Function<CallArguments, ? extends @Nullable Object> metadataFunction,
    RunFnOptions run) {
  private static final IdempotentAiOptions DEFAULTS =
      new IdempotentAiOptions(null, null, null, RunFnOptions.defaults());

  /// Every option at its default, the key still to be given.
  public static IdempotentAiOptions defaults() {
    return DEFAULTS;
  }

  /// A copy with another `key`.
  public IdempotentAiOptions key(@Nullable String key) {
    return new IdempotentAiOptions(key, keyFunction, metadataFunction, run);
  }

  /// A copy with another `keyFunction`.
  public IdempotentAiOptions keyFunction(@Nullable Function<CallArguments, String> keyFunction) {
    return new IdempotentAiOptions(key, keyFunction, metadataFunction, run);
  }

  /// A copy with another `metadataFunction`.
  public IdempotentAiOptions metadataFunction(
      @Nullable Function<CallArguments, ? extends @Nullable Object> metadataFunction) {
    return new IdempotentAiOptions(key, keyFunction, metadataFunction, run);
  }

  /// A copy with another `run`.
  public IdempotentAiOptions run(RunFnOptions run) {
    return new IdempotentAiOptions(key, keyFunction, metadataFunction, run);
  }

  /// A copy with another TTL of the lease; short for a changed `run`.
  public IdempotentAiOptions ttl(Duration ttl) {
    return run(run.ttl(ttl));
  }

  /// A copy with other metadata, the same for every call; short for a changed `run`.
  public IdempotentAiOptions metadata(@Nullable Object metadata) {
    return run(run.metadata(metadata));
  }

  void check() {
    if (key == null && keyFunction == null) {
      throw new IllegalArgumentException("one of key and keyFunction is needed");
    }
  }

  <E extends Exception> AiResult invoke(
      Ai ai, List<? extends @Nullable Object> arguments, LeaseFunction<E> function) throws E {
    CallArguments given = new CallArguments(Arrays.asList(arguments.toArray()));
    String ownKey = keyFunction == null ? key : keyFunction.apply(given);
    RunFnOptions ownRun =
        metadataFunction == null
            ? run
            : run.metadata(Values.metadata(metadataFunction.apply(given)));
    return ai.runFn(Arguments.text("key", ownKey), function, ownRun);
  }
}
