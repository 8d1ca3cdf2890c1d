package dev.onceonly.sdk.method;

import dev.onceonly.sdk.AiResult;
import dev.onceonly.sdk.error.ErrorFacts;
import dev.onceonly.sdk.error.OnceOnlyException;
import dev.onceonly.sdk.internal.json.Results;
import java.lang.reflect.Array;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Values that fit a method's return type.
final class ReturnValues {
  private ReturnValues() {}

  /// Whether the method gives a future of its value.
  static boolean isLater(Class<?> returnType) {
    return returnType == CompletableFuture.class || returnType == CompletionStage.class;
  }

  /// What a method has given as the future that it promises. One that breaks its promise gives a
  /// future of nothing.
  static CompletionStage<?> stage(@Nullable Object later) {
    return later instanceof CompletionStage<?> stage
        ? stage
        : CompletableFuture.completedFuture(null);
  }

  /// What a repeated call gives when nothing else is said.
  static @Nullable Object nothing(Class<?> returnType) {
    if (returnType.isPrimitive() && returnType != void.class) {
      return Array.get(Array.newInstance(returnType, 1), 0);
    }
    if (returnType == Optional.class) {
      return Optional.empty();
    }
    return isLater(returnType) ? CompletableFuture.completedFuture(null) : null;
  }

  /// What is stored of a method's value.
  static @Nullable Object stored(@Nullable Object value) {
    return value instanceof AiResult result ? result.result() : value;
  }

  /// The type of the value itself: what is in the future, for one.
  static Type inner(Type returnType) {
    return returnType instanceof ParameterizedType generic
        ? generic.getActualTypeArguments()[0]
        : Object.class;
  }

  /// The outcome of a run that this call did not do itself, as the method would have given it.
  ///
  /// @throws OnceOnlyException with the error's code if there is no value
  /// @throws IllegalArgumentException if the stored result can't be read as the type
  static @Nullable Object of(AiResult outcome, Type type) {
    if (type == AiResult.class) {
      return outcome;
    }
    if (!outcome.isCompleted()) {
      String code = outcome.errorCode() == null ? outcome.status() : outcome.errorCode();
      throw new OnceOnlyException(
          "The run of " + outcome.key() + " gave no value: " + code, null, ErrorFacts.code(code));
    }
    return read(type, inner -> Results.as(outcome.result(), inner));
  }

  /// The value of a first call that has ended well.
  ///
  /// @throws IllegalArgumentException if the stored value can't be read as the type
  static @Nullable Object replayed(AiResult outcome, Type type) {
    return type == AiResult.class
        ? outcome
        : read(type, inner -> Results.replayed(outcome.result(), inner));
  }

  private static @Nullable Object read(
      Type type, Function<Type, ? extends @Nullable Object> reader) {
    if (type == void.class || type == Void.class) {
      return null;
    }
    if (type instanceof ParameterizedType generic && generic.getRawType() == Optional.class) {
      return Optional.ofNullable(reader.apply(inner(generic)));
    }
    Object value = reader.apply(type);
    return value == null && type instanceof Class<?> kind ? nothing(kind) : value;
  }
}
