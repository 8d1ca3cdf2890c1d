package dev.onceonly.sdk.method;

import dev.onceonly.sdk.annotation.Idempotent;
import dev.onceonly.sdk.annotation.IdempotentAi;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Where a method's annotations stand: on the target's own form of it, on one that it overrides, or
/// on one of an interface.
final class Annotated {
  private static final ClassValue<List<Method>> GUARDED =
      new ClassValue<>() {
        @Override
        protected List<Method> computeValue(Class<?> type) {
          return hierarchy(type).stream()
              .flatMap(each -> Arrays.stream(each.getDeclaredMethods()))
              .filter(Annotated::isGuarded)
              .toList();
        }
      };

  private Annotated() {}

  /// An annotation and the method that it stands on.
  ///
  /// @param annotation what was found
  /// @param place where
  record Found<A extends Annotation>(A annotation, Method place) {}

  /// The annotation of a method of the target, from the nearest place that has one; null for none.
  ///
  /// @throws IllegalArgumentException if nobody can tell whether an annotated method of that name
  ///   is the one that is called
  static <A extends Annotation> @Nullable Found<A> find(
      Class<A> annotation, Class<?> targetClass, Method method) {
    for (Method place : places(targetClass, method)) {
      A found = place.getAnnotation(annotation);
      if (found != null) {
        return new Found<>(found, place);
      }
    }
    return null;
  }

  private static List<Method> places(Class<?> targetClass, Method method) {
    List<Method> places = new ArrayList<>();
    if (isGuarded(method)) {
      places.add(method);
    }
    List<Method> candidates =
        GUARDED.get(targetClass).stream().filter(place -> isAlike(place, method)).toList();
    if (!candidates.isEmpty()) {
      MethodTypes types = MethodTypes.of(targetClass);
      List<Class<?>> wanted = types.parameters(method);
      candidates.stream()
          .filter(place -> types.parameters(place).equals(wanted))
          .forEach(places::add);
    }
    // The nearest one first: what is called may itself be only the interface's.
    List<Class<?>> order = List.copyOf(hierarchy(targetClass));
    places.sort((a, b) ->
        Integer.compare(
            order.indexOf(a.getDeclaringClass()), order.indexOf(b.getDeclaringClass())));
    return places;
  }

  /// The target's own form of a method: what is run when it is called.
  static Method specific(Class<?> targetClass, Method method) {
    MethodTypes types = MethodTypes.of(targetClass);
    List<Class<?>> wanted = types.parameters(method);
    for (Class<?> type : hierarchy(targetClass)) {
      for (Method own : type.getDeclaredMethods()) {
        if (!own.isBridge()
            && !Modifier.isAbstract(own.getModifiers())
            && isAlike(own, method)
            && types.parameters(own).equals(wanted)) {
          return own;
        }
      }
    }
    return method;
  }

  private static boolean isGuarded(Method method) {
    // The compiler copies annotations to bridges, whose twin has them too.
    return !method.isBridge()
        && (method.isAnnotationPresent(Idempotent.class)
            || method.isAnnotationPresent(IdempotentAi.class));
  }

  // Private and static methods override nothing, and nothing overrides them.
  private static boolean isAlike(Method one, Method other) {
    return one.equals(other)
        || (one.getName().equals(other.getName())
            && one.getParameterCount() == other.getParameterCount()
            && isInherited(one)
            && isInherited(other));
  }

  private static boolean isInherited(Method method) {
    return !Modifier.isPrivate(method.getModifiers()) && !Modifier.isStatic(method.getModifiers());
  }

  /// A class, its superclasses, and then all interfaces of them, the nearest first.
  static Set<Class<?>> hierarchy(Class<?> type) {
    Set<Class<?>> all = new LinkedHashSet<>();
    for (Class<?> each = type; each != null; each = each.getSuperclass()) {
      all.add(each);
    }
    for (Class<?> each : List.copyOf(all)) {
      addInterfaces(each, all);
    }
    return all;
  }

  private static void addInterfaces(Class<?> type, Set<Class<?>> all) {
    for (Class<?> parent : type.getInterfaces()) {
      all.add(parent);
      addInterfaces(parent, all);
    }
  }
}
