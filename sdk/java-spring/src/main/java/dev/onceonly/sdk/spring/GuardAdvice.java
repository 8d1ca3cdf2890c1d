package dev.onceonly.sdk.spring;

import static java.util.Objects.requireNonNull;

import dev.onceonly.sdk.OnceOnly;
import dev.onceonly.sdk.method.MethodGuard;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.util.function.SingletonSupplier;

/// Hands a call of a bean's method to the guard, which is made at the first call. Thread-safe.
final class GuardAdvice implements MethodInterceptor {
  private final SingletonSupplier<MethodGuard> guard;

  GuardAdvice(ObjectProvider<OnceOnly> client) {
    this.guard = SingletonSupplier.of(() -> new MethodGuard(client.getObject()));
  }

  @Override
  public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
    return guard
        .obtain()
        .invoke(
            requireNonNull(invocation.getThis(), "an annotated bean has an object"),
            invocation.getMethod(),
            invocation.getArguments(),
            invocation::proceed);
  }
}
