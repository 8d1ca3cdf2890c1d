package dev.onceonly.sdk;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// What can be asked and said about the account, its usage, its runs and its events; part of
/// [OnceOnly].
public abstract sealed class AccountVerbs permits OnceOnly {
  private final Core core;

  AccountVerbs(Core core) {
    this.core = core;
  }

  /// The account of the API key.
  public Map<String, @Nullable Object> me() {
    return core.await(AccountCalls.me());
  }

  /// The asynchronous form of [#me]: cancelling the future ends the call.
  public CompletableFuture<Map<String, @Nullable Object>> meAsync() {
    return core.start(AccountCalls.me());
  }

  /// Chooses which e-mails the account gets.
  ///
  /// @throws IllegalArgumentException if no flag is set
  public Map<String, @Nullable Object> updateNotifications(UpdateNotificationsOptions options) {
    return core.await(AccountCalls.updateNotifications(options));
  }

  /// The asynchronous form of [#updateNotifications]: cancelling the future ends the call.
  public CompletableFuture<Map<String, @Nullable Object>> updateNotificationsAsync(
      UpdateNotificationsOptions options) {
    return core.start(AccountCalls.updateNotifications(options));
  }

  /// How much of the plan is used this month.
  ///
  /// @param kind `make` for locks, `ai` for runs
  public Map<String, @Nullable Object> usage(String kind) {
    return core.await(AccountCalls.usage(kind));
  }

  /// The asynchronous form of [#usage]: cancelling the future ends the call.
  public CompletableFuture<Map<String, @Nullable Object>> usageAsync(String kind) {
    return core.start(AccountCalls.usage(kind));
  }

  /// How much of the plan is used by locks this month.
  public Map<String, @Nullable Object> usage() {
    return usage("make");
  }

  /// The asynchronous form.
  public CompletableFuture<Map<String, @Nullable Object>> usageAsync() {
    return usageAsync("make");
  }

  /// How much of the plan is used this month, of every kind.
  public Map<String, @Nullable Object> usageAll() {
    return core.await(AccountCalls.usageAll());
  }

  /// The asynchronous form of [#usageAll]: cancelling the future ends the call.
  public CompletableFuture<Map<String, @Nullable Object>> usageAllAsync() {
    return core.start(AccountCalls.usageAll());
  }

  /// Counts of each day.
  ///
  /// @param fromDay the first day, `2026-04-01`
  /// @param toDay the last day, included
  public List<Map<String, @Nullable Object>> metrics(String fromDay, String toDay) {
    return core.await(AccountCalls.metrics(fromDay, toDay));
  }

  /// The asynchronous form of [#metrics]: cancelling the future ends the call.
  public CompletableFuture<List<Map<String, @Nullable Object>>> metricsAsync(
      String fromDay, String toDay) {
    return core.start(AccountCalls.metrics(fromDay, toDay));
  }

  /// The recent feed: notable things in the namespace, the newest first.
  public List<Map<String, @Nullable Object>> events(EventsOptions options) {
    return core.await(AccountCalls.events(options));
  }

  /// The asynchronous form of [#events]: cancelling the future ends the call.
  public CompletableFuture<List<Map<String, @Nullable Object>>> eventsAsync(EventsOptions options) {
    return core.start(AccountCalls.events(options));
  }

  /// The newest 50 entries of the recent feed.
  public List<Map<String, @Nullable Object>> events() {
    return events(EventsOptions.defaults());
  }

  /// The asynchronous form.
  public CompletableFuture<List<Map<String, @Nullable Object>>> eventsAsync() {
    return eventsAsync(EventsOptions.defaults());
  }

  /// Adds an event to a run's timeline.
  ///
  /// @throws IllegalArgumentException if run or type are blank
  public Map<String, @Nullable Object> postEvent(
      String runId, String type, PostEventOptions options) {
    return core.await(AccountCalls.postEvent(runId, type, options));
  }

  /// The asynchronous form of [#postEvent]: cancelling the future ends the call.
  public CompletableFuture<Map<String, @Nullable Object>> postEventAsync(
      String runId, String type, PostEventOptions options) {
    return core.start(AccountCalls.postEvent(runId, type, options));
  }

  /// Adds an event to a run's timeline.
  public Map<String, @Nullable Object> postEvent(String runId, String type) {
    return postEvent(runId, type, PostEventOptions.defaults());
  }

  /// The asynchronous form.
  public CompletableFuture<Map<String, @Nullable Object>> postEventAsync(
      String runId, String type) {
    return postEventAsync(runId, type, PostEventOptions.defaults());
  }

  /// Runs, the latest first: `total` and `items`.
  public Map<String, @Nullable Object> listRuns(ListRunsOptions options) {
    return core.await(AccountCalls.listRuns(options));
  }

  /// The asynchronous form of [#listRuns]: cancelling the future ends the call.
  public CompletableFuture<Map<String, @Nullable Object>> listRunsAsync(ListRunsOptions options) {
    return core.start(AccountCalls.listRuns(options));
  }

  /// The latest 50 runs: `total` and `items`.
  public Map<String, @Nullable Object> listRuns() {
    return listRuns(ListRunsOptions.defaults());
  }

  /// The asynchronous form.
  public CompletableFuture<Map<String, @Nullable Object>> listRunsAsync() {
    return listRunsAsync(ListRunsOptions.defaults());
  }

  /// A run's events in order: `run_id`, `total` and `events`.
  public Map<String, @Nullable Object> getRunTimeline(String runId, GetRunTimelineOptions options) {
    return core.await(AccountCalls.getRunTimeline(runId, options));
  }

  /// The asynchronous form of [#getRunTimeline]: cancelling the future ends the call.
  public CompletableFuture<Map<String, @Nullable Object>> getRunTimelineAsync(
      String runId, GetRunTimelineOptions options) {
    return core.start(AccountCalls.getRunTimeline(runId, options));
  }

  /// The first 200 events of a run.
  public Map<String, @Nullable Object> getRunTimeline(String runId) {
    return getRunTimeline(runId, GetRunTimelineOptions.defaults());
  }

  /// The asynchronous form.
  public CompletableFuture<Map<String, @Nullable Object>> getRunTimelineAsync(String runId) {
    return getRunTimelineAsync(runId, GetRunTimelineOptions.defaults());
  }
}
