package dev.onceonly.sdk.method;

import org.jspecify.annotations.Nullable;

/// The rest of a method call: what the guard stands before.
@FunctionalInterface
public interface Invocation {
  /// Calls the method and gives what it gives.
  @Nullable Object proceed() throws Throwable;
}
