package dev.onceonly.sdk.method;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Methods that annotations name.
final class StandIns {
  private StandIns() {}

  /// A method with the same parameters whose value can stand for the guarded method's.
  static Method onDuplicate(Class<?> targetClass, String name, Method guarded) {
    Method standIn = find(targetClass, "onDuplicate", name, guarded.getParameterTypes());
    Class<?> wanted = guarded.getReturnType();
    if (wanted != void.class && !wanted.isAssignableFrom(standIn.getReturnType())) {
      throw new IllegalArgumentException(
          "onDuplicate " + name + " gives no " + wanted.getSimpleName());
    }
    return standIn;
  }

  /// A method without parameters.
  static Method onLeaseLost(Class<?> targetClass, String name) {
    return find(targetClass, "onLeaseLost", name, new Class<?>[0]);
  }

  private static Method find(
      Class<?> targetClass, String attribute, String name, Class<?>[] parameters) {
    for (Class<?> type = targetClass; type != null; type = type.getSuperclass()) {
      for (Method method : type.getDeclaredMethods()) {
        if (method.getName().equals(name)
            && Arrays.equals(method.getParameterTypes(), parameters)) {
          method.setAccessible(true);
          return method;
        }
      }
    }
    throw new IllegalArgumentException(
        attribute
            + " names no method "
            + name
            + Arrays.stream(parameters).map(Class::getSimpleName).toList());
  }

  /// Calls one, and throws what it throws.
  static @Nullable Object call(Method method, Object target, @Nullable Object... arguments)
      throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }
}
