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
import dev.onceonly.sdk.method.Annotated.Found;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
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
      return prefix
          + ArgumentHash.of(annotation.keyVersion(), annotation.keyId(), Arrays.asList(arguments));
    }
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
    try {
      Found<Idempotent> lock = Annotated.find(Idempotent.class, targetClass, method);
      Found<IdempotentAi> lease = Annotated.find(IdempotentAi.class, targetClass, method);
      if (lock != null && lease != null) {
        throw new IllegalArgumentException("it has both @Idempotent and @IdempotentAi");
      }
      if (lock != null) {
        return byLock(Target.of(targetClass, method, lock.place()), lock.annotation());
      }
      return lease == null
          ? new Unguarded()
          : byLease(Target.of(targetClass, method, lease.place()), lease.annotation());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s.%s: %s".formatted(nameOf(targetClass), method.getName(), e.getMessage()), e);
    }
  }

  private static String nameOf(Class<?> type) {
    return type.isAnonymousClass() ? type.getName() : type.getSimpleName();
  }

  /// A method of a class.
  ///
  /// @param type the target's class
  /// @param own what is run
  /// @param place where the annotation stands
  record Target(Class<?> type, Method own, Method place) {
    /// @throws IllegalArgumentException if the method gives work still to be done
    static Target of(Class<?> type, Method method, Method place) {
      Method own = Annotated.specific(type, method);
      Unfinished.refuse(own);
      return new Target(type, own, place);
    }

    /// A template over the method's arguments for its key.
    KeyTemplate key(String text) {
      return KeyTemplate.ofKey(text, this);
    }

    @Nullable KeyTemplate fingerprint(String text) {
      return text.isEmpty() ? null : key(text);
    }

    /// Where the arguments' names are: those that the annotation's author has seen, if they are
    /// there.
    Method named() {
      return Arrays.stream(place.getParameters()).allMatch(Parameter::isNamePresent) ? place : own;
    }
  }

  private static GuardPlan byLock(Target target, Idempotent says) {
    checkKey(says);
    KeyTemplate template = says.key().isEmpty() ? null : target.key(says.key());
    String prefix = says.keyPrefix();
    if (prefix.isEmpty() && template == null) {
      prefix = "func";
    }
    Method onDuplicate =
        says.onDuplicate().isEmpty()
            ? null
            : StandIns.onDuplicate(target.type(), says.onDuplicate(), target.own());
    ByLock plan =
        new ByLock(
            target.own(),
            prefix.isEmpty() ? "" : prefix + ":",
            template,
            target.fingerprint(says.fingerprint()),
            says,
            onDuplicate);
    plan.check();
    return plan;
  }

  // A method of two objects is not one function, and only its author knows whether the object is a
  // part of the call.
  private static void checkKey(Idempotent says) {
    if (says.key().isEmpty() && says.keyId().isEmpty()) {
      throw new IllegalArgumentException(
          "@Idempotent must have a key, such as key = \"payment:{invoiceId}\"; or a keyId, such as"
              + " keyId = \"shop.pay\", which hashes all arguments, when the object that has the"
              + " method is no part of the call");
    }
    notBlank("key", says.key());
    notBlank("keyId", says.keyId());
    notBlank("keyPrefix", says.keyPrefix());
    notBlank("keyVersion", says.keyVersion());
  }

  private static void notBlank(String name, String text) {
    if (!text.isEmpty() && text.isBlank()) {
      throw new IllegalArgumentException(name + " must not be empty");
    }
  }

  private static GuardPlan byLease(Target target, IdempotentAi says) {
    if (says.key().isBlank()) {
      throw new IllegalArgumentException("key must not be empty");
    }
    Map<String, KeyTemplate> metadata = new LinkedHashMap<>();
    for (String entry : says.metadata()) {
      int equals = entry.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException("metadata must be \"name=template\": \"" + entry + "\"");
      }
      metadata.put(
          entry.substring(0, equals).strip(),
          KeyTemplate.of(entry.substring(equals + 1).strip(), target));
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
        target.own(),
        target.key(says.key()),
        metadata,
        target.fingerprint(says.fingerprint()),
        options,
        says.onLeaseLost().isEmpty()
            ? null
            : StandIns.onLeaseLost(target.type(), says.onLeaseLost()));
  }
}
