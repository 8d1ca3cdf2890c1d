package dev.onceonly.sdk;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// How `idempotent` guards a function. Mutable: the verb makes one and hands it to the function
/// that it is given; it must not be changed later.
///
/// The key is `<keyPrefix>:<k>`, where `k` is what [#keyFunction] makes of the arguments, or else a
/// hash of them, of [#keyVersion] and of [#keyId]. A Java function has no name of its own, so one
/// of [#keyFunction] and [#keyId] is needed.
public final class IdempotentOptions {
  String keyPrefix = "func";
  Duration ttl = Duration.ofDays(1);
  @Nullable Function<CallArguments, ? extends @Nullable Object> keyFunction;
  String keyVersion = "v1";
  @Nullable String keyId;
  @Nullable Function<CallArguments, ? extends @Nullable Object> fingerprintFunction;
  DuplicateAnswer onDuplicate = new DuplicateAnswer.Tell(null);
  @Nullable Boolean failOpen;
  List<Class<? extends Throwable>> releasedExceptions = List.of();

  IdempotentOptions() {}

  /// What the key begins with; `func` unless set.
  ///
  /// @throws IllegalArgumentException if it is blank
  public IdempotentOptions keyPrefix(String keyPrefix) {
    this.keyPrefix = Arguments.text("keyPrefix", keyPrefix);
    return this;
  }

  /// How long a repeated call is known, in whole seconds; a day unless set.
  ///
  /// @throws IllegalArgumentException if it is not above zero
  public IdempotentOptions ttl(Duration ttl) {
    this.ttl = Arguments.positive("ttl", ttl);
    return this;
  }

  /// Makes the key's other part of the arguments: a text, an integer or a UUID. Null and blank are
  /// refused: no key is no key. Without it the arguments are hashed.
  public IdempotentOptions keyFunction(
      @Nullable Function<CallArguments, ? extends @Nullable Object> keyFunction) {
    this.keyFunction = keyFunction;
    return this;
  }

  /// Part of the hash of the arguments: change it to forget all earlier keys. `v1` unless set.
  public IdempotentOptions keyVersion(String keyVersion) {
    this.keyVersion = keyVersion;
    return this;
  }

  /// Stands for the function in that hash.
  ///
  /// @throws IllegalArgumentException if it is blank
  public IdempotentOptions keyId(@Nullable String keyId) {
    this.keyId = keyId == null ? null : Arguments.text("keyId", keyId);
    return this;
  }

  /// Makes a value of the arguments that stands for the work's input: a later call with the same
  /// key and another one is refused with 409 `key_reused`. Its SHA-256 is sent.
  public IdempotentOptions fingerprintFunction(
      @Nullable Function<CallArguments, ? extends @Nullable Object> fingerprintFunction) {
    this.fingerprintFunction = fingerprintFunction;
    return this;
  }

  /// Gives a repeated call's value, which must be of the function's type.
  public IdempotentOptions onDuplicate(
      Function<CallArguments, ? extends @Nullable Object> onDuplicate) {
    this.onDuplicate = new DuplicateAnswer.Call(onDuplicate);
    return this;
  }

  /// A repeated call's value, which must be of the function's type; null unless set.
  public IdempotentOptions returnValueOnDuplicate(@Nullable Object value) {
    onDuplicate = new DuplicateAnswer.Tell(value);
    return this;
  }

  /// Answers a repeated call with a [dev.onceonly.sdk.error.DuplicateException].
  public IdempotentOptions raiseOnDuplicate() {
    onDuplicate = new DuplicateAnswer.Raise();
    return this;
  }

  /// Gives a repeated call the first one's value, read as this type, waiting for it 60 s at most.
  /// The key is then a lease, which never fails open; its result is kept for 7 days.
  ///
  /// @param type a class, or a type with its arguments
  public IdempotentOptions replayOnDuplicate(Type type) {
    onDuplicate = new DuplicateAnswer.Replay(type);
    return this;
  }

  /// Overrides the client's `failOpen`; null to keep it. `ONCEONLY_FAIL_OPEN=false` wins over it.
  public IdempotentOptions failOpen(@Nullable Boolean failOpen) {
    this.failOpen = failOpen;
    return this;
  }

  /// Releases the key when the function throws one of these, so that a later call runs it again.
  /// Without it the key stays taken until its TTL has passed, and a warning says so.
  @SafeVarargs
  @SuppressWarnings("varargs") // They are only read.
  public final IdempotentOptions releaseOnException(Class<? extends Throwable>... classes) {
    releasedExceptions = List.of(classes);
    return this;
  }

  /// Releases the key whatever the function throws.
  public IdempotentOptions releaseOnException() {
    return releaseOnException(Throwable.class);
  }

  /// Whether the key is released when the function has thrown this.
  boolean releases(Throwable error) {
    return releasedExceptions.stream().anyMatch(type -> type.isInstance(error));
  }
}
