package dev.onceonly.sdk;

import org.jspecify.annotations.Nullable;

/// A function without arguments that may throw.
///
/// @param <R> what it gives
/// @param <E> what it may throw; an unchecked exception where it throws nothing of its own
@FunctionalInterface
public interface CheckedSupplier<R extends @Nullable Object, E extends Exception> {
  /// Calls it.
  R get() throws E;
}
