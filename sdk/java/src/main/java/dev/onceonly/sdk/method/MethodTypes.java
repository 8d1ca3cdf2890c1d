package dev.onceonly.sdk.method;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.type.TypeFactory;

/// The types of methods as one class has them: `handle(T)` of an interface is `handle(String)` in a
/// class that implements it for texts. Immutable.
final class MethodTypes {
  private static final TypeFactory TYPES = TypeFactory.createDefaultInstance();

  private final JavaType type;

  private MethodTypes(JavaType type) {
    this.type = type;
  }

  static MethodTypes of(Class<?> type) {
    return new MethodTypes(TYPES.constructType(type));
  }

  /// The classes of a method's parameters, a bridge having those of the method that it stands for.
  ///
  /// @throws IllegalArgumentException if it may stand for several
  List<Class<?>> parameters(Method method) {
    return method.isBridge() ? bridged(method) : resolved(method);
  }

  private List<Class<?>> resolved(Method method) {
    return Arrays.stream(method.getGenericParameterTypes())
        .<Class<?>>map(parameter -> raw(parameter, method.getDeclaringClass()))
        .toList();
  }

  /// The class of a type that is written in `owner`.
  Class<?> raw(Type written, Class<?> owner) {
    JavaType context = type.findSuperType(owner);
    return TYPES
        .resolveMemberType(written, (context == null ? type : context).getBindings())
        .getRawClass();
  }

  // A bridge has the erased parameters of a method further up, which tells what they really are.
  private List<Class<?>> bridged(Method bridge) {
    Set<List<Class<?>>> found =
        Annotated.hierarchy(bridge.getDeclaringClass()).stream()
            .flatMap(each -> Arrays.stream(each.getDeclaredMethods()))
            .filter(each -> !each.isBridge())
            .filter(each -> each.getName().equals(bridge.getName()))
            .filter(each -> Arrays.equals(each.getParameterTypes(), bridge.getParameterTypes()))
            .map(this::resolved)
            .collect(Collectors.toSet());
    if (found.size() > 1) {
      throw new IllegalArgumentException(
          "nobody can tell which method of that name is meant: give it a name of its own");
    }
    return found.isEmpty() ? List.of(bridge.getParameterTypes()) : found.iterator().next();
  }
}
