package dev.onceonly.sdk;

import dev.onceonly.sdk.internal.json.Fingerprint;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// How `idempotentAi` guards a function. One of [#key] and [#keyFunction] is needed. Mutable: the
/// verb makes one and hands it to the function that it is given; it must not be changed later.
public final class IdempotentAiOptions {
  @Nullable String key;
  @Nullable Function<CallArguments, ? extends @Nullable Object> keyFunction;
  @Nullable Function<CallArguments, ? extends @Nullable Object> metadataFunction;
  @Nullable Function<CallArguments, ? extends @Nullable Object> fingerprintFunction;
  Consumer<RunFnOptions> run = options -> {};

  IdempotentAiOptions() {}

  /// The key of every call.
  public IdempotentAiOptions key(@Nullable String key) {
    this.key = key;
    return this;
  }

  /// Makes the key of the arguments: a text, an integer or a UUID. Null and blank are refused.
  public IdempotentAiOptions keyFunction(
      @Nullable Function<CallArguments, ? extends @Nullable Object> keyFunction) {
    this.keyFunction = keyFunction;
    return this;
  }

  /// Makes metadata of the arguments, in place of those of [#run].
  public IdempotentAiOptions metadataFunction(
      @Nullable Function<CallArguments, ? extends @Nullable Object> metadataFunction) {
    this.metadataFunction = metadataFunction;
    return this;
  }

  /// Makes a value of the arguments that stands for the work's input: a later call with the same
  /// key and another one is refused with 409 `key_reused`. Its SHA-256 is sent.
  public IdempotentAiOptions fingerprintFunction(
      @Nullable Function<CallArguments, ? extends @Nullable Object> fingerprintFunction) {
    this.fingerprintFunction = fingerprintFunction;
    return this;
  }

  /// How the function is run: TTL, metadata, waiting and all else. Asked at each call.
  public IdempotentAiOptions run(Consumer<RunFnOptions> run) {
    this.run = this.run.andThen(run);
    return this;
  }

  /// How long the lease lasts without being extended; short for [#run].
  public IdempotentAiOptions ttl(Duration ttl) {
    return run(options -> options.ttl(ttl));
  }

  /// Metadata that are the same for every call; short for [#run].
  public IdempotentAiOptions metadata(@Nullable Object metadata) {
    return run(options -> options.metadata(metadata));
  }

  /// Refuses what can't be right before there is a call.
  static IdempotentAiOptions checked(Consumer<IdempotentAiOptions> says) {
    IdempotentAiOptions options = Arguments.options(new IdempotentAiOptions(), says);
    if ((options.key == null) == (options.keyFunction == null)) {
      throw new IllegalArgumentException("either key or keyFunction must be given, and not both");
    }
    if (options.key != null) {
      Arguments.key(options.key);
    }
    options.run.accept(new RunFnOptions());
    return options;
  }

  <E extends Exception> AiResult invoke(
      Ai ai, List<? extends @Nullable Object> arguments, LeaseFunction<E> function) throws E {
    CallArguments given = new CallArguments(Arrays.asList(arguments.toArray()));
    String ownKey = keyFunction == null ? key : Arguments.keyPart(keyFunction.apply(given));
    return ai.runFn(Arguments.key(ownKey), function, run.andThen(options -> own(options, given)));
  }

  private void own(RunFnOptions options, CallArguments given) {
    if (metadataFunction != null) {
      options.metadata(metadataFunction.apply(given));
    }
    if (fingerprintFunction != null) {
      options.fingerprint(Fingerprint.of(fingerprintFunction.apply(given)));
    }
  }
}
