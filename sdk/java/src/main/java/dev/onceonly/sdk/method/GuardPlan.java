package dev.onceonly.sdk.method;

import dev.onceonly.sdk.CheckLockOptions;
import dev.onceonly.sdk.RunFnOptions;
import dev.onceonly.sdk.annotation.Idempotent;
import dev.onceonly.sdk.annotation.IdempotentAi;
import dev.onceonly.sdk.internal.json.ArgumentHash;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What the annotations of one method say, read and checked. Immutable.
sealed interface GuardPlan {
  /// No annotation of ours.
  record Unguarded() implements GuardPlan {}

  /// By a lock.
  ///
  /// @param method the target's own
  /// @param prefix with its colon, or empty
  /// @param template null to hash the arguments
  /// @param annotation what else it says
  /// @param options of the lock
  /// @param onDuplicate null for the default of the return type
  record ByLock(
      Method method,
      String prefix,
      @Nullable KeyTemplate template,
      Idempotent annotation,
      Consumer<CheckLockOptions> options,
      @Nullable Method onDuplicate)
      implements GuardPlan {
    String key(@Nullable Object[] arguments) {
      if (template != null) {
        return prefix + template.key(arguments);
      }
      String id = annotation.keyId();
      String name = id.isEmpty() ? nameOf(method) : id;
      return prefix + ArgumentHash.of(annotation.keyVersion(), name, Arrays.asList(arguments));
    }
  }

  // With its parameters' types: methods of one name are not the same function.
  private static String nameOf(Method method) {
    String types =
        Arrays.stream(method.getParameterTypes())
            .map(Class::getName)
            .collect(Collectors.joining(","));
    return method.getDeclaringClass().getName() + "." + method.getName() + "(" + types + ")";
  }

  /// By a lease.
  ///
  /// @param method the target's own
  /// @param key of each call
  /// @param metadata by name
  /// @param fingerprint null for none
  /// @param options what is the same for every call
  /// @param onLeaseLost null for none
  record ByLease(
      Method method,
      KeyTemplate key,
      Map<String, KeyTemplate> metadata,
      @Nullable KeyTemplate fingerprint,
      Consumer<RunFnOptions> options,
      @Nullable Method onLeaseLost)
      implements GuardPlan {
    /// What is said of one call.
    void configure(RunFnOptions own, @Nullable Object[] arguments) {
      options.accept(own);
      if (fingerprint != null) {
        own.fingerprint(fingerprint.key(arguments));
      }
      if (!metadata.isEmpty()) {
        Map<String, @Nullable Object> rendered = new LinkedHashMap<>();
        metadata.forEach((name, template) -> rendered.put(name, template.plain(arguments)));
        own.metadata(rendered);
      }
    }
  }

  /// Reads the annotations of a method.
  ///
  /// @throws IllegalArgumentException that names class and method if they can't be right
  static GuardPlan of(Class<?> targetClass, Method method) {
    Idempotent lock = Annotated.find(Idempotent.class, targetClass, method);
    IdempotentAi lease = Annotated.find(IdempotentAi.class, targetClass, method);
    try {
      Method own = Annotated.specific(targetClass, method);
      if (lock != null && lease != null) {
        throw new IllegalArgumentException("it has both @Idempotent and @IdempotentAi");
      }
      if (lock != null) {
        return byLock(targetClass, own, named(own, method), lock);
      }
      return lease == null ? new Unguarded() : byLease(targetClass, own, named(own, method), lease);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s.%s: %s".formatted(targetClass.getSimpleName(), method.getName(), e.getMessage()), e);
    }
  }

  // A lambda's method has no names for its arguments; the interface's has.
  private static Method named(Method own, Method declared) {
    return Arrays.stream(own.getParameters()).allMatch(Parameter::isNamePresent) ? own : declared;
  }

  private static GuardPlan byLock(
      Class<?> targetClass, Method method, Method named, Idempotent says) {
    KeyTemplate template = says.key().isEmpty() ? null : KeyTemplate.of(says.key(), named);
    String prefix = says.keyPrefix();
    if (prefix.isEmpty() && template == null) {
      prefix = "func";
    }
    Duration ttl = DurationText.read("ttl", says.ttl().isEmpty() ? "24h" : says.ttl());
    Boolean failOpen =
        switch (says.ifUnavailable()) {
          case CLIENT -> null;
          case RUN -> Boolean.TRUE;
          case REFUSE -> Boolean.FALSE;
        };
    Consumer<CheckLockOptions> options = o -> o.ttl(ttl).failOpen(failOpen);
    Method onDuplicate =
        says.onDuplicate().isEmpty()
            ? null
            : StandIns.onDuplicate(targetClass, says.onDuplicate(), method);
    return new ByLock(
        method, prefix.isEmpty() ? "" : prefix + ":", template, says, options, onDuplicate);
  }

  private static GuardPlan byLease(
      Class<?> targetClass, Method method, Method named, IdempotentAi says) {
    Map<String, KeyTemplate> metadata = new LinkedHashMap<>();
    for (String entry : says.metadata()) {
      int equals = entry.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException("metadata must be \"name=template\": \"" + entry + "\"");
      }
      metadata.put(
          entry.substring(0, equals).strip(),
          KeyTemplate.of(entry.substring(equals + 1).strip(), named));
    }
    Consumer<RunFnOptions> options =
        o ->
            o.ttl(DurationText.read("ttl", says.ttl()))
                .extendEvery(DurationText.read("extendEvery", says.extendEvery()))
                .waitOnConflict(says.waitOnConflict())
                .timeout(DurationText.read("timeout", says.timeout()))
                .pollMin(DurationText.read("pollMin", says.pollMin()))
                .pollMax(DurationText.read("pollMax", says.pollMax()))
                .errorCode(says.errorCode())
                .retryFailed(says.retryFailed());
    options.accept(new RunFnOptions());
    return new ByLease(
        method,
        KeyTemplate.of(says.key(), named),
        metadata,
        says.fingerprint().isEmpty() ? null : KeyTemplate.of(says.fingerprint(), named),
        options,
        says.onLeaseLost().isEmpty()
            ? null
            : StandIns.onLeaseLost(targetClass, says.onLeaseLost()));
  }
}
