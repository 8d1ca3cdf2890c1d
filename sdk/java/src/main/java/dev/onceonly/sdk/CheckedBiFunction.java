package dev.onceonly.sdk;

import org.jspecify.annotations.Nullable;

/// A function of two arguments that may throw.
///
/// @param <A> its first argument
/// @param <B> its second argument
/// @param <R> what it gives
/// @param <E> what it may throw; an unchecked exception where it throws nothing of its own
@FunctionalInterface
public interface CheckedBiFunction<
    A extends @Nullable Object,
    B extends @Nullable Object,
    R extends @Nullable Object,
    E extends Exception> {
  /// Calls it.
  R apply(A first, B second) throws E;
}
