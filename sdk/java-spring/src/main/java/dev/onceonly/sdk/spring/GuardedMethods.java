package dev.onceonly.sdk.spring;

import dev.onceonly.sdk.method.MethodGuard;
import java.lang.reflect.Method;
import org.springframework.aop.support.StaticMethodMatcherPointcut;

/// Methods annotated with ours, in their class or in an interface of it.
final class GuardedMethods extends StaticMethodMatcherPointcut {
  @Override
  public boolean matches(Method method, Class<?> targetClass) {
    return MethodGuard.isGuarded(targetClass, method);
  }
}
