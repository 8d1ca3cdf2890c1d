package dev.onceonly.sdk.internal.json;

import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.Spliterator;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.BaseStream;
import org.jspecify.annotations.Nullable;

/// Values that are work still to be done: what has only started is not done, and must not be
/// recorded as if it were. Futures are none of them, since they are waited for.
public final class Unfinished {
  private static final int PARTS_MAX = 10_000;
  private static final Set<Class<?>> TYPES =
      Set.of(BaseStream.class, Iterator.class, Spliterator.class, Flow.Publisher.class);
  // A class that is one of these beside what else it is is a value; a lambda is nothing else.
  private static final Set<Class<?>> FUNCTIONS =
      Set.of(Callable.class, Supplier.class, Runnable.class);
  // By name, since their libraries need not be there. Mono and Flux are publishers.
  private static final Set<String> NAMES =
      Set.of(
          "org.reactivestreams.Publisher",
          "kotlin.sequences.Sequence",
          "kotlinx.coroutines.flow.Flow",
          "kotlin.Function",
          "kotlinx.coroutines.Deferred",
          "io.reactivex.rxjava3.core.SingleSource",
          "io.reactivex.rxjava3.core.MaybeSource",
          "io.reactivex.rxjava3.core.CompletableSource",
          "io.reactivex.rxjava3.core.ObservableSource",
          "io.smallrye.mutiny.Uni",
          "io.smallrye.mutiny.Multi",
          "io.vertx.core.Future");
  private static final String CONTINUATION = "kotlin.coroutines.Continuation";

  private Unfinished() {}

  /// Refuses a method whose value would be work still to be done.
  ///
  /// @throws IllegalArgumentException if it gives such, or a future that can't be waited for
  ///   without blocking its caller
  public static void refuse(Method method) {
    Class<?>[] parameters = method.getParameterTypes();
    if (parameters.length > 0 && parameters[parameters.length - 1].getName().equals(CONTINUATION)) {
      throw new IllegalArgumentException(
          "a suspend function must not be guarded: it has only started when it returns");
    }
    Class<?> type = method.getReturnType();
    if (Future.class.isAssignableFrom(type) && !CompletionStage.class.isAssignableFrom(type)) {
      throw new IllegalArgumentException(
          "the method must give a CompletableFuture in place of a " + type.getName());
    }
    refuse(method.getGenericReturnType());
  }

  private static void refuse(Type type) {
    Type raw = type instanceof ParameterizedType generic ? generic.getRawType() : type;
    if (!(raw instanceof Class<?> kind)) {
      return;
    }
    boolean isFunction =
        kind.isInterface() && FUNCTIONS.stream().anyMatch(one -> one.isAssignableFrom(kind));
    if ((isFunction && !isFuture(kind)) || isUnfinished(kind)) {
      throw new IllegalArgumentException(
          "the method must give a value, not a "
              + kind.getName()
              + ": what has only started is not done");
    }
    boolean isWrapper = CompletionStage.class.isAssignableFrom(kind) || kind == Optional.class;
    if (isWrapper && type instanceof ParameterizedType generic) {
      refuse(generic.getActualTypeArguments()[0]);
    }
  }

  /// The value itself, unless it is work still to be done (a stream is then closed), or holds a
  /// promise in a list, set, map, array or record.
  ///
  /// @throws IllegalArgumentException if it is, or does
  public static @Nullable Object refused(@Nullable Object value) {
    Object inner = value instanceof Optional<?> optional ? optional.orElse(null) : value;
    if (inner == null) {
      return value;
    }
    if (!isUnfinished(inner.getClass())) {
      if (value instanceof Optional || !isFuture(inner.getClass())) {
        refusePromises(inner, Collections.newSetFromMap(new IdentityHashMap<>()));
      }
      return value;
    }
    IllegalArgumentException error =
        new IllegalArgumentException(
            "the function must give a value, not a "
                + inner.getClass().getName()
                + ": what has only started is not done");
    if (inner instanceof BaseStream<?, ?> stream) {
      try {
        stream.close();
      } catch (RuntimeException e) {
        error.addSuppressed(e);
      }
    }
    throw error;
  }

  /// As [#refused], where no future is awaited any more.
  ///
  /// @throws IllegalArgumentException if it is work, or a future
  public static @Nullable Object whole(@Nullable Object value) {
    refusePromises(value, Collections.newSetFromMap(new IdentityHashMap<>()));
    return refused(value);
  }

  private static void refusePromises(@Nullable Object value, Set<Object> seen) {
    if (value == null || seen.size() > PARTS_MAX) {
      return;
    }
    if (isFuture(value.getClass())) {
      throw new IllegalArgumentException(
          "the function must give a value that is whole, and it holds a "
              + value.getClass().getName()
              + ": what has only started is not done");
    }
    for (Object part : parts(value)) {
      if (part != null && (seen.size() > PARTS_MAX || seen.add(part))) {
        refusePromises(part, seen);
      }
    }
  }

  // A value that can't be read holds nothing that is known.
  private static Iterable<? extends @Nullable Object> parts(Object value) {
    try {
      if (value instanceof Map<?, ?> map) {
        return new ArrayList<>(map.values());
      }
      if (value instanceof Collection<?> items) {
        return new ArrayList<>(items);
      }
      if (value instanceof Object[] items) {
        return Arrays.asList(items);
      }
      if (value instanceof Optional<?> optional) {
        return Arrays.asList(optional.orElse(null));
      }
      return value instanceof Record ? components(value) : List.of();
    } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
      return List.of();
    }
  }

  private static List<@Nullable Object> components(Object record) throws Exception {
    List<@Nullable Object> components = new ArrayList<>();
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      component.getAccessor().setAccessible(true);
      components.add(component.getAccessor().invoke(record));
    }
    return components;
  }

  private static boolean isFuture(Class<?> type) {
    return Future.class.isAssignableFrom(type) || CompletionStage.class.isAssignableFrom(type);
  }

  private static boolean isUnfinished(Class<?> type) {
    if (isFuture(type)) {
      return false;
    }
    boolean isLambda = type.isHidden() && type.isSynthetic();
    boolean isBareFunction =
        type.isAnonymousClass()
            && FUNCTIONS.stream().anyMatch(function -> function.isAssignableFrom(type));
    return isLambda
        || isBareFunction
        || TYPES.stream().anyMatch(kind -> kind.isAssignableFrom(type))
        || isNamed(type);
  }

  private static boolean isNamed(@Nullable Class<?> type) {
    if (type == null) {
      return false;
    }
    if (NAMES.contains(type.getName()) || isNamed(type.getSuperclass())) {
      return true;
    }
    for (Class<?> parent : type.getInterfaces()) {
      if (isNamed(parent)) {
        return true;
      }
    }
    return false;
  }
}
