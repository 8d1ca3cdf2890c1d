package dev.onceonly.sdk;

import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// How `idempotent` guards a function. Immutable; each method gives a changed copy.
///
/// The key is `<keyPrefix>:<k>`, where `k` is what [#keyFunction] makes of the arguments, or else a
/// hash of them, of [#keyVersion] and of [#keyId]. A Java function has no name of its own, so one
/// of [#keyFunction] and [#keyId] is needed.
///
/// @param keyPrefix what the key begins with
/// @param ttl how long a repeated call is known, in whole seconds
/// @param keyFunction makes the key's other part of the arguments; null to hash them
/// @param keyVersion part of that hash: change it to forget all earlier keys
/// @param keyId stands for the function in that hash
/// @param onDuplicate gives a repeated call's value; its type must be the function's
/// @param returnValueOnDuplicate a repeated call's value where there is no `onDuplicate`
/// @param failOpen overrides the client's `failOpen`; null to keep it
public record IdempotentOptions(
    String keyPrefix,
    Duration ttl,
    @Nullable Function<CallArguments, String> keyFunction,
    String keyVersion,
    @Nullable String keyId,
    @Nullable Function<CallArguments, ? extends @Nullable Object> onDuplicate,
    @Nullable Object returnValueOnDuplicate,
    @Nullable Boolean failOpen) {
  private static final IdempotentOptions DEFAULTS =
      new IdempotentOptions("func", Duration.ofDays(1), null, "v1", null, null, null, null);

  /// Every option at its default.
  public static IdempotentOptions defaults() {
    return DEFAULTS;
  }

  /// A copy with another `keyPrefix`.
  public IdempotentOptions keyPrefix(String keyPrefix) {
    return new IdempotentOptions(
        keyPrefix,
        ttl,
        keyFunction,
        keyVersion,
        keyId,
        onDuplicate,
        returnValueOnDuplicate,
        failOpen);
  }

  /// A copy with another `ttl`.
  public IdempotentOptions ttl(Duration ttl) {
    return new IdempotentOptions(
        keyPrefix,
        ttl,
        keyFunction,
        keyVersion,
        keyId,
        onDuplicate,
        returnValueOnDuplicate,
        failOpen);
  }

  /// A copy with another `keyFunction`.
  public IdempotentOptions keyFunction(@Nullable Function<CallArguments, String> keyFunction) {
    return new IdempotentOptions(
        keyPrefix,
        ttl,
        keyFunction,
        keyVersion,
        keyId,
        onDuplicate,
        returnValueOnDuplicate,
        failOpen);
  }

  /// A copy with another `keyVersion`.
  public IdempotentOptions keyVersion(String keyVersion) {
    return new IdempotentOptions(
        keyPrefix,
        ttl,
        keyFunction,
        keyVersion,
        keyId,
        onDuplicate,
        returnValueOnDuplicate,
        failOpen);
  }

  /// A copy with another `keyId`.
  public IdempotentOptions keyId(@Nullable String keyId) {
    return new IdempotentOptions(
        keyPrefix,
        ttl,
        keyFunction,
        keyVersion,
        keyId,
        onDuplicate,
        returnValueOnDuplicate,
        failOpen);
  }

  /// A copy with another `onDuplicate`.
  public IdempotentOptions onDuplicate(
      @Nullable Function<CallArguments, ? extends @Nullable Object> onDuplicate) {
    return new IdempotentOptions(
        keyPrefix,
        ttl,
        keyFunction,
        keyVersion,
        keyId,
        onDuplicate,
        returnValueOnDuplicate,
        failOpen);
  }

  /// A copy with another `returnValueOnDuplicate`.
  public IdempotentOptions returnValueOnDuplicate(@Nullable Object returnValueOnDuplicate) {
    return new IdempotentOptions(
        keyPrefix,
        ttl,
        keyFunction,
        keyVersion,
        keyId,
        onDuplicate,
        returnValueOnDuplicate,
        failOpen);
  }

  /// A copy with another `failOpen`.
  public IdempotentOptions failOpen(@Nullable Boolean failOpen) {
    return new IdempotentOptions(
        keyPrefix,
        ttl,
        keyFunction,
        keyVersion,
        keyId,
        onDuplicate,
        returnValueOnDuplicate,
        failOpen);
  }
}
