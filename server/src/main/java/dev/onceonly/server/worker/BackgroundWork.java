package dev.onceonly.server.worker;

import dev.onceonly.core.account.Plan;
import dev.onceonly.core.lease.LeaseRules;
import dev.onceonly.core.service.Calls;
import dev.onceonly.core.service.KeyedRuns;
import dev.onceonly.core.service.KillSwitch;
import dev.onceonly.core.service.RunDocuments;
import dev.onceonly.core.service.RunQueue;
import dev.onceonly.core.service.RunWork;
import dev.onceonly.core.service.Store;
import dev.onceonly.server.config.Settings;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What the server does without being asked: it runs queued runs and looks after calls that nobody
/// works at. Built and closed with the server. Thread-safe.
public final class BackgroundWork implements AutoCloseable {
  private final KeyedRuns keyedRuns;
  private final @Nullable RunWorker worker;
  private final CallSweeper sweeper;

  /// What the work needs.
  ///
  /// @param rules the same as those of the leases
  /// @param sweepOnce takes up calls whose claim has lapsed, without waiting for their tools
  /// @param killSwitch which listens to the same store
  /// @param planOf the plan of the namespace with that id
  public record Services(
      Store store,
      LeaseRules rules,
      Calls calls,
      Runnable sweepOnce,
      RunDocuments documents,
      KillSwitch killSwitch,
      LongFunction<Plan> planOf) {}

  /// How this process stands to the store.
  ///
  /// @param alone whether no other process works on it
  /// @param paused whether an operator has to resume first, after a restore
  /// @param random strong random numbers
  public record Circumstances(boolean alone, BooleanSupplier paused, LongSupplier random) {}

  /// Listens to the store from now on; works after [#start()].
  public BackgroundWork(
      Settings.Worker settings,
      Services services,
      Circumstances circumstances,
      PrometheusRegistry registry) {
    RunQueue queue =
        new RunQueue(
            new RunQueue.Limits(
                settings.queueMax(), settings.namespaceQueueMax(), settings.namespaceMax()));
    services.store.listen(queue);
    keyedRuns = new KeyedRuns(services.store, services.rules, queue, circumstances.paused);
    sweeper = new CallSweeper(services.sweepOnce, circumstances.paused);
    RunWork work = new RunWork(services.store, services.rules, circumstances.alone);
    worker =
        settings.threads() == 0
            ? null
            : new RunWorker(
                new RunWorker.Services(
                    services.store,
                    queue,
                    work,
                    services.calls,
                    services.documents,
                    services.killSwitch,
                    services.planOf),
                new RunWorker.Options(
                    settings.threads(),
                    circumstances.alone,
                    circumstances.paused,
                    circumstances.random),
                registry);
  }

  /// What routes ask for runs.
  public KeyedRuns keyedRuns() {
    return keyedRuns;
  }

  public void start() {
    sweeper.start();
    if (worker != null) {
      worker.start();
    }
  }

  /// Starts nothing more.
  public void stop() {
    sweeper.close();
    if (worker != null) {
      worker.stop();
    }
  }

  /// Waits for the actions in flight, so long at most; what was begun goes on at the next start.
  public void awaitEnd(Duration grace) {
    if (worker != null) {
      worker.awaitEnd(grace);
    }
  }

  /// As [#stop()].
  @Override
  public void close() {
    stop();
  }
}
