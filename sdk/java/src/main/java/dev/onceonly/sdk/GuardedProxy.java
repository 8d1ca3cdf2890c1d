package dev.onceonly.sdk;

import dev.onceonly.sdk.method.MethodGuard;
import java.lang.reflect.InvocationHandler;
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
            type.getClassLoader(), new Class<?>[] {type}, new Handler(guard, target));
    return type.cast(proxy);
  }

  /// What stands behind one proxy.
  ///
  /// @param guard of its methods
  /// @param target what it protects
  private record Handler(MethodGuard guard, Object target) implements InvocationHandler {
    @Override
    public @Nullable Object invoke(
        Object self, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
      @Nullable Object[] given = arguments == null ? new Object[0] : arguments;
      if (method.getDeclaringClass() == Object.class && method.getName().equals("equals")) {
        return target.equals(bare(given[0]));
      }
      return guard.invoke(target, method, given, () -> proceed(target, method, given));
    }
  }

  // Two proxies are equal when what they protect is: a proxy equals itself.
  private static @Nullable Object bare(@Nullable Object other) {
    return other != null
            && Proxy.isProxyClass(other.getClass())
            && Proxy.getInvocationHandler(other) instanceof Handler handler
        ? handler.target()
        : other;
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
