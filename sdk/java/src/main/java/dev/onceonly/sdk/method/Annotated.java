package dev.onceonly.sdk.method;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a method's annotations stand.
final class Annotated {
  private Annotated() {}

  /// The target's own form of a method: what is run when it is called.
  static Method specific(Class<?> targetClass, Method method) {
    for (Class<?> type = targetClass; type != null; type = type.getSuperclass()) {
      for (Method own : type.getDeclaredMethods()) {
        if (!own.isBridge() && overrides(own, method, type)) {
          return own;
        }
      }
    }
    return method;
  }

  // A bridge stands in for a method of a generic interface; its twin has the parameters' own types.
  private static boolean overrides(Method own, Method method, Class<?> type) {
    if (!own.getName().equals(method.getName())
        || own.getParameterCount() != method.getParameterCount()) {
      return false;
    }
    if (Arrays.equals(own.getParameterTypes(), method.getParameterTypes())) {
      return true;
    }
    return Arrays.stream(type.getDeclaredMethods())
        .anyMatch(bridge ->
            bridge.isBridge()
                && bridge.getName().equals(method.getName())
                && Arrays.equals(bridge.getParameterTypes(), method.getParameterTypes())
                && fits(own, bridge));
  }

  private static boolean fits(Method own, Method bridge) {
    for (int i = 0; i < own.getParameterCount(); i++) {
      if (!bridge.getParameterTypes()[i].isAssignableFrom(own.getParameterTypes()[i])) {
        return false;
      }
    }
    return bridge.getReturnType().isAssignableFrom(own.getReturnType());
  }

  /// An annotation of the target's method, or of the method as it is declared elsewhere.
  static <A extends Annotation> @Nullable A find(
      Class<A> annotation, Class<?> targetClass, Method method) {
    List<Method> places = new ArrayList<>();
    places.add(specific(targetClass, method));
    places.add(method);
    for (Class<?> type = targetClass; type != null; type = type.getSuperclass()) {
      addInterfaces(type, method, places);
    }
    for (Method place : places) {
      A found = place.getAnnotation(annotation);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static void addInterfaces(Class<?> type, Method method, List<Method> places) {
    for (Class<?> parent : type.getInterfaces()) {
      try {
        places.add(parent.getMethod(method.getName(), method.getParameterTypes()));
      } catch (NoSuchMethodException e) {
        addInterfaces(parent, method, places);
      }
    }
  }
}
