package dev.onceonly.sdk.method;

import dev.onceonly.sdk.AiResult;
import dev.onceonly.sdk.LeaseFunction;
import dev.onceonly.sdk.OnceOnly;
import dev.onceonly.sdk.RunFnOptions;
import dev.onceonly.sdk.internal.guard.Once;
import dev.onceonly.sdk.internal.guard.Replayable;
import dev.onceonly.sdk.internal.http.Failures;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Does what [dev.onceonly.sdk.annotation.Idempotent] and
/// [dev.onceonly.sdk.annotation.IdempotentAi] say, for proxies of every kind. Thread-safe.
///
/// A method that gives a [CompletableFuture] or a [CompletionStage] never blocks its caller: what
/// the guard has to ask becomes a part of the future, the method runs where the client runs
/// functions, and cancelling the future cancels the method's own.
public final class MethodGuard {
  private final OnceOnly onceOnly;
  private final ConcurrentHashMap<Guarded, GuardPlan> plans = new ConcurrentHashMap<>();

  /// A guard that asks this client.
  public MethodGuard(OnceOnly onceOnly) {
    this.onceOnly = onceOnly;
  }

  /// A method of a target.
  ///
  /// @param targetClass the target's own class
  /// @param method as it is called
  private record Guarded(Class<?> targetClass, Method method) {}

  /// Whether a method has an annotation of ours, on the target's class, a superclass or an
  /// interface of it. A method of a generic interface is the one that the target has for its types.
  ///
  /// @throws IllegalArgumentException if it has one that can't be right
  public static boolean isGuarded(Class<?> targetClass, Method method) {
    return !(GuardPlan.of(targetClass, method) instanceof GuardPlan.Unguarded);
  }

  /// Reads a method's annotations before its first call; a method without one is fine.
  ///
  /// @throws IllegalArgumentException naming class and method if an annotation can't be right: no
  ///   key, a template that names no argument or no property of it, a TTL that is none, an
  ///   `onDuplicate` that is no method, both annotations at once
  public static void check(Class<?> targetClass, Method method) {
    var unused = GuardPlan.of(targetClass, method);
  }

  /// Calls a method under its guard, or as it is when it has none.
  ///
  /// @param target the object behind all proxies; stand-ins are called on it
  /// @param method as it was called: of an interface or of the target's class
  /// @param arguments what it was called with; empty for none
  /// @param invocation the rest of the call
  /// @throws Throwable what the method throws, or what [OnceOnly] says
  public @Nullable Object invoke(
      Object target, Method method, @Nullable Object[] arguments, Invocation invocation)
      throws Throwable {
    GuardPlan plan =
        plans.computeIfAbsent(
            new Guarded(target.getClass(), method),
            guarded -> GuardPlan.of(guarded.targetClass(), guarded.method()));
    if (plan instanceof GuardPlan.ByLock lock) {
      return lock.isReplayed()
          ? leased(replayed(lock, arguments), invocation)
          : new LockedCall(onceOnly, lock, target, arguments, invocation).run();
    }
    if (plan instanceof GuardPlan.ByLease lease) {
      return leased(leased(lease, target, arguments), invocation);
    }
    return invocation.proceed();
  }

  /// One call by a lease.
  ///
  /// @param method the target's own
  /// @param key of the call
  /// @param options of the call
  /// @param isReplay whether a missing value is told by a
  ///   [dev.onceonly.sdk.error.DuplicateException]
  private record Leased(
      Method method, String key, Consumer<RunFnOptions> options, boolean isReplay) {}

  private static Leased replayed(GuardPlan.ByLock plan, @Nullable Object[] arguments) {
    return new Leased(
        plan.method(), plan.key(arguments), own -> plan.configure(own, arguments), true);
  }

  private static Leased leased(
      GuardPlan.ByLease plan, Object target, @Nullable Object[] arguments) {
    Method onLeaseLost = plan.onLeaseLost();
    Consumer<RunFnOptions> options =
        own -> {
          plan.configure(own, arguments);
          if (onLeaseLost != null) {
            own.onLeaseLost(answer -> callBack(onLeaseLost, target));
          }
        };
    return new Leased(plan.method(), plan.key().key(arguments), options, false);
  }

  // The future is the method's value, and its caller's.
  @SuppressWarnings("FutureReturnValueIgnored")
  private @Nullable Object leased(Leased call, Invocation invocation) {
    // What the method itself gave when this call ran it: no detour over JSON for its own caller.
    AtomicReference<@Nullable Own> own = new AtomicReference<>();
    Type type = call.method().getGenericReturnType();
    if (ReturnValues.isLater(call.method().getReturnType())) {
      Type inner = ReturnValues.inner(type);
      LeaseFunction<Exception> function =
          lease -> mapped(ReturnValues.stage(proceed(invocation)), value -> note(call, own, value));
      return mapped(
          onceOnly.async().ai().runFn(call.key(), function, call.options()),
          outcome -> value(call, own.get(), outcome, inner));
    }
    LeaseFunction<RuntimeException> function = lease -> note(call, own, proceed(invocation));
    AiResult outcome = onceOnly.ai().runFn(call.key(), function, call.options());
    return value(call, own.get(), outcome, type);
  }

  /// What the method gave to its own caller.
  ///
  /// @param value as it was
  private record Own(@Nullable Object value) {}

  // As thenApply, but whoever cancels it means the stage, too.
  private static <T extends @Nullable Object> CompletableFuture<@Nullable Object> mapped(
      CompletionStage<T> stage, Function<T, @Nullable Object> map) {
    Chain chain = new Chain();
    chain.waitFor(stage);
    var unused =
        stage.whenComplete((value, error) -> {
          if (error != null) {
            chain.fail(error);
            return;
          }
          try {
            chain.complete(map.apply(value));
          } catch (RuntimeException e) {
            chain.fail(e);
          }
        });
    return chain.outcome();
  }

  private static @Nullable Object proceed(Invocation invocation) {
    try {
      return invocation.proceed();
    } catch (Throwable e) {
      throw Failures.<RuntimeException>sneak(e);
    }
  }

  private static @Nullable Object note(
      Leased call, AtomicReference<@Nullable Own> own, @Nullable Object value) {
    own.set(new Own(value));
    Object stored = ReturnValues.stored(value);
    return call.isReplay() ? new Replayable(stored) : stored;
  }

  private static @Nullable Object value(
      Leased call, @Nullable Own own, AiResult outcome, Type type) {
    if (own != null && (type != AiResult.class || call.isReplay())) {
      return own.value();
    }
    if (call.isReplay()) {
      Once.checkReplayed(call.key(), outcome);
      return ReturnValues.replayed(outcome, type);
    }
    return ReturnValues.of(outcome, type);
  }

  private static void callBack(Method method, Object target) {
    try {
      var unused = StandIns.call(method, target);
    } catch (Throwable e) {
      throw Failures.<RuntimeException>sneak(e);
    }
  }
}
