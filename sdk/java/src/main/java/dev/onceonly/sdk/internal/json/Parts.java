package dev.onceonly.sdk.internal.json;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAmount;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Collection;
import java.util.Date;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What the value of a class consists of. An object that shows only a part of itself is refused:
/// two of them could look equal without being equal.
final class Parts {
  private Parts() {}

  /// The class that a value is of: that of the object behind a proxy that some framework has made.
  static Class<?> type(Object value) {
    Class<?> type = value.getClass();
    while (type.getName().contains("$$") && type.getSuperclass() != null) {
      type = type.getSuperclass();
    }
    return type;
  }

  /// Whether a user's own class extends or stands for a number, text or time: it may hold more than
  /// that, as an amount of money with its currency does.
  static boolean isMoreThanAScalar(Object value) {
    boolean isScalar =
        value instanceof Number
            || value instanceof CharSequence
            || value instanceof Date
            || value instanceof Calendar
            || value instanceof TemporalAccessor
            || value instanceof TemporalAmount;
    return isScalar && !isOfTheJdk(value.getClass());
  }

  /// Refuses a collection that holds more than its items, and a value whose class is made on the
  /// spot and may hold what stood around it.
  ///
  /// @throws IllegalArgumentException if it is one
  static void refuseHidden(Object value) {
    Class<?> type = type(value);
    boolean isContainer = value instanceof Map || value instanceof Collection;
    if (isContainer && !isOfTheJdk(type) && (type.isRecord() || extendsItems(type))) {
      throw new IllegalArgumentException(
          "must show all of itself, and a %s has more than its items".formatted(type.getName()));
    }
    boolean isMade = type.isAnonymousClass() || type.isHidden();
    if (isMade && (!isContainer || hasFields(type))) {
      throw new IllegalArgumentException(
          "must be of a class with a name, and a %s has none".formatted(type.getName()));
    }
  }

  private static boolean isOfTheJdk(Class<?> type) {
    return type.getName().startsWith("java.");
  }

  // Fields below a class of the JDK's that holds the items itself.
  private static boolean extendsItems(Class<?> type) {
    boolean hasOwn = false;
    Class<?> at = type;
    while (at != null && !isOfTheJdk(at)) {
      hasOwn = hasOwn || hasFields(at);
      at = at.getSuperclass();
    }
    return hasOwn && at != null && at != Object.class && !Modifier.isAbstract(at.getModifiers());
  }

  private static boolean hasFields(Class<?> type) {
    return Arrays.stream(type.getDeclaredFields())
        .anyMatch(field ->
            !Modifier.isStatic(field.getModifiers()) && !field.getName().startsWith("this$"));
  }

  /// The parts by name, sorted by it.
  ///
  /// @throws IllegalArgumentException if there is none, or one that can't be read
  static Map<String, @Nullable Object> of(Object value, Class<?> type) {
    Map<String, @Nullable Object> parts = new TreeMap<>();
    if (type.isRecord()) {
      for (RecordComponent component : type.getRecordComponents()) {
        parts.put(component.getName(), read(value, type, component));
      }
      return parts;
    }
    for (Method method : type.getMethods()) {
      String name = property(method);
      if (name != null) {
        parts.put(name, read(value, method));
      }
    }
    for (Class<?> at = type; at != null && at != Object.class; at = at.getSuperclass()) {
      addFields(value, type, at, parts);
    }
    if (parts.isEmpty()) {
      throw new IllegalArgumentException(
          "must have fields that can be read, and a " + type.getName() + " has none");
    }
    return parts;
  }

  private static void addFields(
      Object value, Class<?> type, Class<?> at, Map<String, @Nullable Object> parts) {
    for (Field field : at.getDeclaredFields()) {
      int modifiers = field.getModifiers();
      String name = field.getName();
      if (name.startsWith("val$")) {
        throw new IllegalArgumentException(
            "must show all of itself, and a %s holds a variable of its method"
                .formatted(type.getName()));
      }
      if (Modifier.isStatic(modifiers) || field.isSynthetic()) {
        continue;
      }
      if (parts.containsKey(name) || isFlag(name, parts)) {
        continue;
      }
      Method reader = reader(type, name);
      if (reader != null) {
        parts.put(name, read(value, reader));
      } else if (Modifier.isPublic(modifiers)) {
        parts.put(name, read(value, field));
      } else {
        throw new IllegalArgumentException(
            "must show all of itself, and the field %s of a %s has no reader"
                .formatted(name, type.getName()));
      }
    }
  }

  // A field `isOpen` with the getter `isOpen()` is the property `open`.
  private static boolean isFlag(String field, Map<String, @Nullable Object> parts) {
    return field.length() > 2
        && field.startsWith("is")
        && parts.containsKey(decapitalized(field.substring(2)));
  }

  private static @Nullable String property(Method method) {
    boolean reads =
        method.getParameterCount() == 0
            && method.getReturnType() != void.class
            && !Modifier.isStatic(method.getModifiers())
            && !method.isSynthetic()
            && method.getDeclaringClass() != Object.class;
    String name = method.getName();
    if (!reads) {
      return null;
    }
    if (name.length() > 3 && name.startsWith("get") && !Character.isLowerCase(name.charAt(3))) {
      return decapitalized(name.substring(3));
    }
    boolean isFlag = method.getReturnType() == boolean.class && name.startsWith("is");
    return isFlag && name.length() > 2 && !Character.isLowerCase(name.charAt(2))
        ? decapitalized(name.substring(2))
        : null;
  }

  private static String decapitalized(String name) {
    return Character.toLowerCase(name.charAt(0)) + name.substring(1);
  }

  // A reader that is called as its field.
  private static @Nullable Method reader(Class<?> type, String name) {
    try {
      Method method = type.getMethod(name);
      boolean reads =
          method.getReturnType() != void.class && !Modifier.isStatic(method.getModifiers());
      return reads ? method : null;
    } catch (NoSuchMethodException e) {
      return null;
    }
  }

  // Its field, since an accessor may mask it; a module that is closed shows its accessors alone.
  private static @Nullable Object read(Object owner, Class<?> type, RecordComponent component) {
    try {
      Field field = type.getDeclaredField(component.getName());
      return field.trySetAccessible() ? field.get(owner) : read(owner, component.getAccessor());
    } catch (ReflectiveOperationException e) {
      throw unreadable(component.getName(), e);
    }
  }

  private static @Nullable Object read(Object owner, Method method) {
    try {
      method.setAccessible(true);
      return method.invoke(owner);
    } catch (InvocationTargetException e) {
      throw unreadable(method.getName(), e.getCause());
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw unreadable(method.getName(), e);
    }
  }

  private static @Nullable Object read(Object owner, Field field) {
    try {
      field.setAccessible(true);
      return field.get(owner);
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw unreadable(field.getName(), e);
    }
  }

  private static IllegalArgumentException unreadable(String name, @Nullable Throwable cause) {
    return new IllegalArgumentException("must be readable, and " + name + " is not", cause);
  }
}
