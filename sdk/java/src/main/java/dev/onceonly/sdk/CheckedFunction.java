package dev.onceonly.sdk;

import org.jspecify.annotations.Nullable;

/// A function of one argument that may throw.
///
/// @param <A> its argument
/// @param <R> what it gives
/// @param <E> what it may throw; an unchecked exception where it throws nothing of its own
@FunctionalInterface
public interface CheckedFunction<
    A extends @Nullable Object, R extends @Nullable Object, E extends Exception> {
  /// Calls it.
  R apply(A argument) throws E;
}
