package dev.onceonly.sdk.spring;

import dev.onceonly.sdk.OnceOnly;
import dev.onceonly.sdk.method.MethodGuard;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.aop.framework.autoproxy.AbstractBeanFactoryAwareAdvisingPostProcessor;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/// Puts a guard before the annotated methods of all beans. It stands before what Spring has put
/// there already, such as transactions, so that a lock is taken before a transaction begins and a
/// lease is completed after its commit. Thread-safe.
final class IdempotentPostProcessor extends AbstractBeanFactoryAwareAdvisingPostProcessor {
  private static final long serialVersionUID = 1L;

  private final transient Set<Class<?>> checked = ConcurrentHashMap.newKeySet();

  IdempotentPostProcessor(ObjectProvider<OnceOnly> client) {
    setBeforeExistingAdvisors(true);
    this.advisor = new DefaultPointcutAdvisor(new GuardedMethods(), new GuardAdvice(client));
  }

  /// Whether a bean's class has annotated methods, all of which have then been checked.
  ///
  /// @throws IllegalStateException if one could never be guarded
  @Override
  protected boolean isEligible(Class<?> targetClass) {
    boolean isGuarded = super.isEligible(targetClass);
    if (isGuarded && checked.add(targetClass)) {
      for (Method method : ReflectionUtils.getUniqueDeclaredMethods(targetClass)) {
        if (MethodGuard.isGuarded(targetClass, method)) {
          check(targetClass, method);
        }
      }
    }
    return isGuarded;
  }

  private void check(Class<?> targetClass, Method method) {
    int modifiers = method.getModifiers();
    if (Modifier.isPrivate(modifiers) || Modifier.isStatic(modifiers)) {
      throw unguardable(targetClass, method, Modifier.isPrivate(modifiers) ? "private" : "static");
    }
    boolean isOverridden =
        isProxyTargetClass()
            || !ClassUtils.getInterfaceMethodIfPossible(method, targetClass)
                .getDeclaringClass()
                .isInterface();
    if (isOverridden && Modifier.isFinal(modifiers)) {
      throw unguardable(targetClass, method, "final");
    }
    MethodGuard.check(targetClass, method);
  }

  private static IllegalStateException unguardable(
      Class<?> targetClass, Method method, String kind) {
    return new IllegalStateException(
        "%s.%s can't run exactly once: it is %s, and no proxy gets between such a method and its caller"
            .formatted(targetClass.getSimpleName(), method.getName(), kind));
  }
}
