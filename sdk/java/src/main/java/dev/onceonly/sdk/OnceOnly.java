package dev.onceonly.sdk;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A client of OnceOnly. Thread-safe; make one and share it.
///
/// Blocking methods may be called from virtual threads. An interrupt ends them with a
/// [java.util.concurrent.CancellationException] and stays set. [#async] has the same methods with
/// futures.
///
/// Every method may throw an [OnceOnlyException][dev.onceonly.sdk.error.OnceOnlyException], all of
/// which are unchecked: [ApiException][dev.onceonly.sdk.error.ApiException] and its kinds for an
/// answer that says no, [NetworkException][dev.onceonly.sdk.error.NetworkException] when no whole
/// answer came, [ProtocolException][dev.onceonly.sdk.error.ProtocolException] for an answer that
/// the API does not give. Arguments that can't be right are refused with an
/// [IllegalArgumentException] before anything is sent.
///
/// Optional arguments are set by a function: `checkLock("pay-1", o -> o.ttl(Duration.ofHours(1)))`.
/// Each answer has the whole JSON that the server sent, unmodifiable, as `raw`.
public final class OnceOnly implements AutoCloseable {
  private final Core core;
  private final String name;
  private final Runnable onClose;
  private final Ai ai;
  private final Gov gov;
  private final AsyncOnceOnly async;

  OnceOnly(Core core, String name, Runnable onClose) {
    this.core = core;
    this.name = name;
    this.onClose = onClose;
    this.ai = new Ai(core);
    this.gov = new Gov(core);
    this.async = new AsyncOnceOnly(core);
  }

  /// A builder; only [OnceOnlyBuilder#apiKey] is required, by a call or by the environment.
  public static OnceOnlyBuilder builder() {
    return new OnceOnlyBuilder();
  }

  /// The same calls with futures.
  public AsyncOnceOnly async() {
    return async;
  }

  /// Runs, leases and governed calls.
  public Ai ai() {
    return ai;
  }

  /// Policies, tools and agents.
  public Gov gov() {
    return gov;
  }

  /// Locks a key for its TTL: the first caller gets `locked` and should act, everybody else gets
  /// `duplicate`.
  ///
  /// **While the server can't be asked, the answer is `locked` all the same** (`failedOpen` is true
  /// and a warning is logged), unless `failOpen` of the client or of the options is off.
  public CheckLockResult checkLock(String key, Consumer<CheckLockOptions> options) {
    return core.here(
        new LockVerb(core, key, Arguments.options(new CheckLockOptions(), options))::here);
  }

  /// Locks a key with every option at its default.
  public CheckLockResult checkLock(String key) {
    return checkLock(key, options -> {});
  }

  /// Locks up to 1,000 keys, each on its own, in one request. Never fails open.
  ///
  /// @return one outcome for each item, in their order
  public List<BatchItem> checkLockBatch(List<LockItem> items) {
    return core.await(LockCalls.checkLockBatch(items, core.hooks()));
  }

  /// Gives a lock back before its TTL has passed.
  ///
  /// @param lockId what `checkLock` gave to the one who locked
  public ReleasedLock releaseLock(String key, String lockId) {
    return core.await(LockCalls.releaseLock(key, lockId));
  }

  /// The account of the API key.
  public Account me() {
    return core.await(AccountCalls.me());
  }

  /// Chooses which e-mails the account gets.
  ///
  /// @throws IllegalArgumentException if no flag is set
  public Notifications updateNotifications(Consumer<UpdateNotificationsOptions> options) {
    return core.await(
        AccountCalls.updateNotifications(
            Arguments.options(new UpdateNotificationsOptions(), options)));
  }

  /// How much of the plan is used this month.
  ///
  /// @param kind `make` for locks, `ai` for runs
  public Usage usage(String kind) {
    return core.await(AccountCalls.usage(kind));
  }

  /// How much of the plan is used by locks this month.
  public Usage usage() {
    return usage("make");
  }

  /// How much of the plan is used this month, of every kind.
  public UsageAll usageAll() {
    return core.await(AccountCalls.usageAll());
  }

  /// Counts of each day.
  ///
  /// @param fromDay the first day, `2026-04-01`
  /// @param toDay the last day, included
  public List<DailyMetrics> metrics(String fromDay, String toDay) {
    return core.await(AccountCalls.metrics(fromDay, toDay));
  }

  /// The recent feed: notable things in the namespace, the newest first.
  public List<FeedEvent> events(Consumer<EventsOptions> options) {
    return core.await(AccountCalls.events(Arguments.options(new EventsOptions(), options)));
  }

  /// The newest 50 entries of the recent feed.
  public List<FeedEvent> events() {
    return events(options -> {});
  }

  /// Adds an event to a run's timeline.
  ///
  /// @throws IllegalArgumentException if run or type are blank
  public PostedEvent postEvent(String runId, String type, Consumer<PostEventOptions> options) {
    return core.await(
        AccountCalls.postEvent(runId, type, Arguments.options(new PostEventOptions(), options)));
  }

  /// Adds an event to a run's timeline.
  public PostedEvent postEvent(String runId, String type) {
    return postEvent(runId, type, options -> {});
  }

  /// Runs, the latest first.
  public RunPage listRuns(Consumer<ListRunsOptions> options) {
    return core.await(AccountCalls.listRuns(Arguments.options(new ListRunsOptions(), options)));
  }

  /// The latest 50 runs.
  public RunPage listRuns() {
    return listRuns(options -> {});
  }

  /// A run's events in order.
  public Timeline getRunTimeline(String runId, Consumer<GetRunTimelineOptions> options) {
    return core.await(
        AccountCalls.getRunTimeline(
            runId, Arguments.options(new GetRunTimelineOptions(), options)));
  }

  /// The first 200 events of a run.
  public Timeline getRunTimeline(String runId) {
    return getRunTimeline(runId, options -> {});
  }

  /// The same as `ai().run` with a key.
  public AiRun aiRun(String key, Consumer<RunOptions> options) {
    return ai.run(key, options);
  }

  /// The same as `ai().run` with a key.
  public AiRun aiRun(String key) {
    return ai.run(key);
  }

  /// The same as `ai().runAndWait` with a key.
  public AiResult aiRunAndWait(String key, Consumer<RunAndWaitOptions> options) {
    return ai.runAndWait(key, options);
  }

  /// The same as `ai().runAndWait`.
  public RunOutcome aiRunAndWait(Consumer<RunAndWaitOptions> options) {
    return ai.runAndWait(options);
  }

  /// The same as `ai().runAndWait` with a key.
  public AiResult aiRunAndWait(String key) {
    return ai.runAndWait(key);
  }

  /// Lets the first call of a function without arguments run it and gives later ones with equal
  /// arguments what the options say; see [IdempotentOptions].
  ///
  /// @throws IllegalArgumentException if the options name neither the function nor its key
  public <R extends @Nullable Object, E extends Exception> CheckedSupplier<R, E> idempotent(
      CheckedSupplier<R, E> function, Consumer<IdempotentOptions> options) {
    IdempotentCall call = guard(options);
    return () -> call.<R, E>invoke(List.of(), () -> function.get());
  }

  /// Runs a function without arguments exactly once for a key and gives every caller the stored
  /// result; see [IdempotentAiOptions].
  ///
  /// @throws IllegalArgumentException if the options name no key
  public <E extends Exception> CheckedSupplier<AiResult, E> idempotentAi(
      CheckedSupplier<? extends @Nullable Object, E> function,
      Consumer<IdempotentAiOptions> options) {
    IdempotentAiOptions own = IdempotentAiOptions.checked(options);
    return () -> own.<E>invoke(ai, List.of(), lease -> function.get());
  }

  /// Lets the first call of a function of one argument run it and gives later ones with equal
  /// arguments what the options say; see [IdempotentOptions].
  ///
  /// @throws IllegalArgumentException if the options name neither the function nor its key
  public <A extends @Nullable Object, R extends @Nullable Object, E extends Exception>
      CheckedFunction<A, R, E> idempotent(
          CheckedFunction<A, R, E> function, Consumer<IdempotentOptions> options) {
    IdempotentCall call = guard(options);
    return argument -> call.<R, E>invoke(Arrays.asList(argument), () -> function.apply(argument));
  }

  /// Runs a function of one argument exactly once for a key and gives every caller the stored
  /// result; see [IdempotentAiOptions].
  ///
  /// @throws IllegalArgumentException if the options name no key
  public <A extends @Nullable Object, E extends Exception>
      CheckedFunction<A, AiResult, E> idempotentAi(
          CheckedFunction<A, ? extends @Nullable Object, E> function,
          Consumer<IdempotentAiOptions> options) {
    IdempotentAiOptions own = IdempotentAiOptions.checked(options);
    return argument ->
        own.<E>invoke(ai, Arrays.asList(argument), lease -> function.apply(argument));
  }

  /// Lets the first call of a function of two arguments run it and gives later ones with equal
  /// arguments what the options say; see [IdempotentOptions].
  ///
  /// @throws IllegalArgumentException if the options name neither the function nor its key
  public <
          A extends @Nullable Object,
          B extends @Nullable Object,
          R extends @Nullable Object,
          E extends Exception>
      CheckedBiFunction<A, B, R, E> idempotent(
          CheckedBiFunction<A, B, R, E> function, Consumer<IdempotentOptions> options) {
    IdempotentCall call = guard(options);
    return (first, second) ->
        call.<R, E>invoke(Arrays.asList(first, second), () -> function.apply(first, second));
  }

  /// Runs a function of two arguments exactly once for a key and gives every caller the stored
  /// result; see [IdempotentAiOptions].
  ///
  /// @throws IllegalArgumentException if the options name no key
  public <A extends @Nullable Object, B extends @Nullable Object, E extends Exception>
      CheckedBiFunction<A, B, AiResult, E> idempotentAi(
          CheckedBiFunction<A, B, ? extends @Nullable Object, E> function,
          Consumer<IdempotentAiOptions> options) {
    IdempotentAiOptions own = IdempotentAiOptions.checked(options);
    return (first, second) ->
        own.<E>invoke(ai, Arrays.asList(first, second), lease -> function.apply(first, second));
  }

  private IdempotentCall guard(Consumer<IdempotentOptions> options) {
    return new IdempotentCall(this, Arguments.options(new IdempotentOptions(), options));
  }

  /// An implementation of an interface whose methods are guarded as the annotations
  /// [dev.onceonly.sdk.annotation.Idempotent] and [dev.onceonly.sdk.annotation.IdempotentAi] on the
  /// target's class, its superclasses or its interfaces, say; the nearest one counts. Other methods
  /// are passed on as they are. It is equal to what protects the same target.
  ///
  /// @throws IllegalArgumentException if an annotation can't be right
  public <T> T protect(Class<T> type, T target) {
    return GuardedProxy.of(this, type, target);
  }

  /// Where functions of this client's asynchronous calls run; see [OnceOnlyBuilder#executor].
  public Executor executor() {
    return core.functions();
  }

  /// Where this client's warnings go.
  public System.Logger logger() {
    return core.logger();
  }

  /// Ends every open call with [dev.onceonly.sdk.error.ClientClosedException] and refuses later
  /// ones. Closing twice is the same as closing once.
  @Override
  public void close() {
    core.calls().close();
    onClose.run();
  }

  /// Shows where the client goes to, and no API key.
  @Override
  public String toString() {
    return "OnceOnly[" + name + "]";
  }
}
