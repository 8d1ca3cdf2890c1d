package dev.onceonly.sdk;

import org.jspecify.annotations.Nullable;

/// Work that is done under a lease and told about it.
///
/// @param <E> what it may throw; an unchecked exception where it throws nothing of its own
@FunctionalInterface
public interface LeaseFunction<E extends Exception> {
  /// Does the work once.
  @Nullable Object apply(LeaseContext lease) throws E;
}
