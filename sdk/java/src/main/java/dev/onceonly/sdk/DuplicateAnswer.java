package dev.onceonly.sdk;

import java.lang.reflect.Type;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What a call is given whose key has been used before.
sealed interface DuplicateAnswer {
  /// This value.
  record Tell(@Nullable Object value) implements DuplicateAnswer {}

  /// What the function makes of the arguments.
  record Call(Function<CallArguments, ? extends @Nullable Object> function)
      implements DuplicateAnswer {}

  /// An error.
  record Raise() implements DuplicateAnswer {}

  /// The first call's value, read as this type.
  record Replay(Type type) implements DuplicateAnswer {}
}
