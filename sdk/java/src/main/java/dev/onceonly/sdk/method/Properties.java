package dev.onceonly.sdk.method;

import dev.onceonly.sdk.method.GuardPlan.Target;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What places of templates may name: properties of records, beans and maps.
final class Properties {
  private Properties() {}

  /// The method that reads a property; null for none. What every object has, such as `hashCode`, is
  /// no property: it says nothing of a value, or differs from process to process.
  static @Nullable Method getter(Class<?> type, String name) {
    String capital = Character.toUpperCase(name.charAt(0)) + name.substring(1);
    for (String getter : List.of(name, "get" + capital, "is" + capital)) {
      Method method = method(type, getter);
      if (method != null && method(Object.class, getter) == null) {
        return method;
      }
    }
    return null;
  }

  private static @Nullable Method method(Class<?> type, String name) {
    try {
      Method method = type.getMethod(name);
      boolean reads =
          method.getReturnType() != void.class && !Modifier.isStatic(method.getModifiers());
      return reads ? method : null;
    } catch (NoSuchMethodException e) {
      return null;
    }
  }

  /// Refuses a way through properties that the types of a method's argument don't have. Maps and
  /// what is declared as `Object` may have anything.
  ///
  /// @throws IllegalArgumentException that names the type and the property
  static void check(Target target, int index, List<String> properties) {
    Class<?> type =
        MethodTypes.of(target.type())
            .raw(target.own().getGenericParameterTypes()[index], target.own().getDeclaringClass());
    for (String property : properties) {
      boolean isOfEveryObject = type == Object.class && method(Object.class, property) != null;
      if (!isOfEveryObject && mayHaveAnything(type)) {
        return;
      }
      Method getter = getter(type, property);
      if (getter == null) {
        throw new IllegalArgumentException(type.getName() + " has no property " + property);
      }
      type = MethodTypes.of(type).raw(getter.getGenericReturnType(), getter.getDeclaringClass());
    }
    if (isNoScalar(type)) {
      throw new IllegalArgumentException(type.getName() + " is no text, number or the like");
    }
  }

  private static boolean mayHaveAnything(Class<?> type) {
    return type == Object.class || Map.class.isAssignableFrom(type);
  }

  private static boolean isNoScalar(Class<?> type) {
    return type.isArray()
        || type.isRecord()
        || Collection.class.isAssignableFrom(type)
        || Map.class.isAssignableFrom(type);
  }
}
