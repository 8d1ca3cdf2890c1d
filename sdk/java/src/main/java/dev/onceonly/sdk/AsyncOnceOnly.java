package dev.onceonly.sdk;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/// The client's calls without waiting for them: each method gives a future of what [OnceOnly]'s
/// method of the same name gives, and cancelling that future ends the call. Thread-safe.
///
/// Arguments that can't be right are refused with an [IllegalArgumentException] at once; all other
/// errors end the future.
public final class AsyncOnceOnly {
  private final Core core;
  private final AsyncAi ai;
  private final AsyncGov gov;

  AsyncOnceOnly(Core core) {
    this.core = core;
    this.ai = new AsyncAi(core);
    this.gov = new AsyncGov(core);
  }

  /// Runs, leases and governed calls.
  public AsyncAi ai() {
    return ai;
  }

  /// Policies, tools and agents.
  public AsyncGov gov() {
    return gov;
  }

  /// As [OnceOnly#checkLock]: cancelling the future ends the call.
  public CompletableFuture<CheckLockResult> checkLock(
      String key, Consumer<CheckLockOptions> options) {
    return core.start(
        new LockVerb(core, key, Arguments.options(new CheckLockOptions(), options))::later);
  }

  /// As [OnceOnly#checkLock], with defaults.
  public CompletableFuture<CheckLockResult> checkLock(String key) {
    return checkLock(key, options -> {});
  }

  /// As [OnceOnly#checkLockBatch]: cancelling the future ends the call.
  public CompletableFuture<List<BatchItem>> checkLockBatch(List<LockItem> items) {
    return core.start(LockCalls.checkLockBatch(items, core.hooks()));
  }

  /// As [OnceOnly#releaseLock]: cancelling the future ends the call.
  public CompletableFuture<ReleasedLock> releaseLock(String key, String lockId) {
    return core.start(LockCalls.releaseLock(key, lockId));
  }

  /// As [OnceOnly#me]: cancelling the future ends the call.
  public CompletableFuture<Account> me() {
    return core.start(AccountCalls.me());
  }

  /// As [OnceOnly#updateNotifications]: cancelling the future ends the call.
  public CompletableFuture<Notifications> updateNotifications(
      Consumer<UpdateNotificationsOptions> options) {
    return core.start(
        AccountCalls.updateNotifications(
            Arguments.options(new UpdateNotificationsOptions(), options)));
  }

  /// As [OnceOnly#usage]: cancelling the future ends the call.
  public CompletableFuture<Usage> usage(String kind) {
    return core.start(AccountCalls.usage(kind));
  }

  /// As [OnceOnly#usage], with defaults.
  public CompletableFuture<Usage> usage() {
    return usage("make");
  }

  /// As [OnceOnly#usageAll]: cancelling the future ends the call.
  public CompletableFuture<UsageAll> usageAll() {
    return core.start(AccountCalls.usageAll());
  }

  /// As [OnceOnly#metrics]: cancelling the future ends the call.
  public CompletableFuture<List<DailyMetrics>> metrics(String fromDay, String toDay) {
    return core.start(AccountCalls.metrics(fromDay, toDay));
  }

  /// As [OnceOnly#events]: cancelling the future ends the call.
  public CompletableFuture<List<FeedEvent>> events(Consumer<EventsOptions> options) {
    return core.start(AccountCalls.events(Arguments.options(new EventsOptions(), options)));
  }

  /// As [OnceOnly#events], with defaults.
  public CompletableFuture<List<FeedEvent>> events() {
    return events(options -> {});
  }

  /// As [OnceOnly#postEvent]: cancelling the future ends the call.
  public CompletableFuture<PostedEvent> postEvent(
      String runId, String type, Consumer<PostEventOptions> options) {
    return core.start(
        AccountCalls.postEvent(runId, type, Arguments.options(new PostEventOptions(), options)));
  }

  /// As [OnceOnly#postEvent], with defaults.
  public CompletableFuture<PostedEvent> postEvent(String runId, String type) {
    return postEvent(runId, type, options -> {});
  }

  /// As [OnceOnly#listRuns]: cancelling the future ends the call.
  public CompletableFuture<RunPage> listRuns(Consumer<ListRunsOptions> options) {
    return core.start(AccountCalls.listRuns(Arguments.options(new ListRunsOptions(), options)));
  }

  /// As [OnceOnly#listRuns], with defaults.
  public CompletableFuture<RunPage> listRuns() {
    return listRuns(options -> {});
  }

  /// As [OnceOnly#getRunTimeline]: cancelling the future ends the call.
  public CompletableFuture<Timeline> getRunTimeline(
      String runId, Consumer<GetRunTimelineOptions> options) {
    return core.start(
        AccountCalls.getRunTimeline(
            runId, Arguments.options(new GetRunTimelineOptions(), options)));
  }

  /// As [OnceOnly#getRunTimeline], with defaults.
  public CompletableFuture<Timeline> getRunTimeline(String runId) {
    return getRunTimeline(runId, options -> {});
  }

  /// The same as `ai().run` with a key.
  public CompletableFuture<AiRun> aiRun(String key, Consumer<RunOptions> options) {
    return ai.run(key, options);
  }

  /// The same as `ai().run` with a key.
  public CompletableFuture<AiRun> aiRun(String key) {
    return ai.run(key);
  }

  /// The same as `ai().runAndWait` with a key.
  public CompletableFuture<AiResult> aiRunAndWait(String key, Consumer<RunAndWaitOptions> options) {
    return ai.runAndWait(key, options);
  }

  /// The same as `ai().runAndWait`.
  public CompletableFuture<RunOutcome> aiRunAndWait(Consumer<RunAndWaitOptions> options) {
    return ai.runAndWait(options);
  }

  /// The same as `ai().runAndWait` with a key.
  public CompletableFuture<AiResult> aiRunAndWait(String key) {
    return ai.runAndWait(key);
  }
}
