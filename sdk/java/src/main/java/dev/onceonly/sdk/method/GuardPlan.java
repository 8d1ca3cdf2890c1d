package dev.onceonly.sdk.method;

import dev.onceonly.sdk.CheckLockOptions;
import dev.onceonly.sdk.RunFnOptions;
import dev.onceonly.sdk.annotation.AtDuplicate;
import dev.onceonly.sdk.annotation.Idempotent;
import dev.onceonly.sdk.annotation.IdempotentAi;
import dev.onceonly.sdk.internal.guard.Once;
import dev.onceonly.sdk.internal.json.ArgumentHash;
import dev.onceonly.sdk.internal.json.Hashes;
import dev.onceonly.sdk.internal.json.Unfinished;
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
  /// @param fingerprint null for none
  /// @param annotation what else it says
  /// @param onDuplicate null for the default of the return type
  record ByLock(
      Method method,
      String prefix,
      @Nullable KeyTemplate template,
      @Nullable KeyTemplate fingerprint,
      Idempotent annotation,
      @Nullable Method onDuplicate)
      implements GuardPlan {
    /// What is said of one call's lock.
    void configure(CheckLockOptions own, @Nullable Object[] arguments) {
      own.ttl(ttl()).failOpen(failOpen());
      if (fingerprint != null) {
        own.fingerprint(Hashes.sha256(fingerprint.key(arguments)));
      }
    }

    /// What is said of one call's lease, where the first call is replayed.
    void configure(RunFnOptions own, @Nullable Object[] arguments) {
      own.ttl(Once.leaseTtl(ttl()))
          .timeout(Once.REPLAY_WAIT)
          .releaseOnException(annotation.releaseOn());
      if (fingerprint != null) {
        own.fingerprint(Hashes.sha256(fingerprint.key(arguments)));
      }
    }

    boolean isReplayed() {
      return annotation.atDuplicate() == AtDuplicate.REPLAY;
    }

    private Duration ttl() {
      String ttl = annotation.ttl();
      return DurationText.read("ttl", ttl.isEmpty() ? "24h" : ttl);
    }

    private @Nullable Boolean failOpen() {
      return switch (annotation.ifUnavailable()) {
        case CLIENT -> null;
        case RUN -> Boolean.TRUE;
        case REFUSE -> Boolean.FALSE;
      };
    }

    /// Refuses what can't be right together.
    void check() {
      Duration ttl = ttl();
      if (annotation.atDuplicate() == AtDuplicate.TELL) {
        return;
      }
      if (onDuplicate != null) {
        throw new IllegalArgumentException("onDuplicate must go without atDuplicate");
      }
      if (isReplayed()) {
        Once.checkReplay(ttl, failOpen());
      }
    }

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
        own.fingerprint(Hashes.sha256(fingerprint.key(arguments)));
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
      if (lock != null || lease != null) {
        Unfinished.refuse(own);
      }
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
    KeyTemplate template = says.key().isEmpty() ? null : KeyTemplate.ofKey(says.key(), named);
    String prefix = says.keyPrefix();
    if (prefix.isEmpty() && template == null) {
      prefix = "func";
    }
    Method onDuplicate =
        says.onDuplicate().isEmpty()
            ? null
            : StandIns.onDuplicate(targetClass, says.onDuplicate(), method);
    ByLock plan =
        new ByLock(
            method,
            prefix.isEmpty() ? "" : prefix + ":",
            template,
            says.fingerprint().isEmpty() ? null : KeyTemplate.ofKey(says.fingerprint(), named),
            says,
            onDuplicate);
    plan.check();
    return plan;
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
                .retryFailed(says.retryFailed())
                .releaseOnException(says.releaseOn());
    options.accept(new RunFnOptions());
    return new ByLease(
        method,
        KeyTemplate.ofKey(says.key(), named),
        metadata,
        says.fingerprint().isEmpty() ? null : KeyTemplate.ofKey(says.fingerprint(), named),
        options,
        says.onLeaseLost().isEmpty()
            ? null
            : StandIns.onLeaseLost(targetClass, says.onLeaseLost()));
  }
}
