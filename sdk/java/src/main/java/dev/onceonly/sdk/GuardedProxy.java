package dev.onceonly.sdk;

import dev.onceonly.sdk.method.MethodGuard;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/// JDK proxies that guard the methods of an interface.
final class GuardedProxy {
  private GuardedProxy() {}

  static <T> T of(OnceOnly onceOnly, Class<T> type, T target) {
    if (!type.isInterface()) {
      throw new IllegalArgumentException(type.getName() + " is no interface");
    }
    MethodGuard guard = new MethodGuard(onceOnly);
    for (Method method : type.getMethods()) {
      MethodGuard.check(target.getClass(), method);
    }
    Object proxy =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> call(guard, target, method, arguments));
    return type.cast(proxy);
  }

  private static @Nullable Object call(
      MethodGuard guard, Object target, Method method, @Nullable Object @Nullable [] arguments)
      throws Throwable {
    @Nullable Object[] given = arguments == null ? new Object[0] : arguments;
    return guard.invoke(target, method, given, () -> proceed(target, method, given));
  }

  private static @Nullable Object proceed(
      Object target, Method method, @Nullable Object[] arguments) throws Throwable {
    try {
      // An interface need not be public to be protected.
      method.setAccessible(true);
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }
}
