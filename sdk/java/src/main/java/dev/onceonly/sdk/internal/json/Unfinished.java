package dev.onceonly.sdk.internal.json;

import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Iterator;
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
  private static final Set<Class<?>> TYPES =
      Set.of(
          BaseStream.class,
          Iterator.class,
          Spliterator.class,
          Callable.class,
          Supplier.class,
          Runnable.class,
          Flow.Publisher.class);
  // By name, since their libraries need not be there. Mono and Flux are publishers.
  private static final Set<String> NAMES =
      Set.of(
          "org.reactivestreams.Publisher",
          "kotlin.sequences.Sequence",
          "kotlinx.coroutines.flow.Flow",
          "kotlin.Function");
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
    if (isUnfinished(kind)) {
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

  /// The value itself, unless it is work still to be done: that is closed where it can be.
  ///
  /// @throws IllegalArgumentException if it is
  public static @Nullable Object refused(@Nullable Object value) {
    Object inner = value instanceof Optional<?> optional ? optional.orElse(null) : value;
    if (inner == null || !isUnfinished(inner.getClass())) {
      return value;
    }
    IllegalArgumentException error =
        new IllegalArgumentException(
            "the function must give a value, not a "
                + inner.getClass().getName()
                + ": what has only started is not done");
    if (inner instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        error.addSuppressed(e);
      }
    }
    throw error;
  }

  private static boolean isUnfinished(Class<?> type) {
    if (Future.class.isAssignableFrom(type) || CompletionStage.class.isAssignableFrom(type)) {
      return false;
    }
    return TYPES.stream().anyMatch(kind -> kind.isAssignableFrom(type)) || isNamed(type);
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
