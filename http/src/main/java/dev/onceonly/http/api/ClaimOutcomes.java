package dev.onceonly.http.api;

import dev.onceonly.core.lease.AcquireResult;
import dev.onceonly.core.lock.CheckResult;
import dev.onceonly.core.service.CheckAnswer;
import dev.onceonly.core.service.LeaseAnswer;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/// Counts how locks and leases were answered: the status of a request does not tell, since most of
/// these answers are a 200. Each outcome's counter is looked up once. Thread-safe.
public final class ClaimOutcomes {
  private final Map<OfLock, CounterDataPoint> locks = new EnumMap<>(OfLock.class);
  private final Map<OfLease, CounterDataPoint> leases = new EnumMap<>(OfLease.class);

  private enum OfLock {
    LOCKED,
    REPLAYED,
    DUPLICATE,
    KEY_REUSED,
    OVER_LIMIT
  }

  private enum OfLease {
    ACQUIRED,
    REPLAYED,
    HELD,
    FINISHED,
    KEY_REUSED,
    OVER_LIMIT
  }

  /// Registers a series for each outcome.
  public ClaimOutcomes(PrometheusRegistry registry) {
    Counter ofLocks =
        Counter.builder()
            .name("onceonly_locks_total")
            .help("Locks asked for, by what was answered; a batch counts each item")
            .labelNames("outcome")
            .register(registry);
    for (OfLock outcome : OfLock.values()) {
      locks.put(outcome, ofLocks.labelValues(outcome.name().toLowerCase(Locale.ROOT)));
    }
    Counter ofLeases =
        Counter.builder()
            .name("onceonly_leases_total")
            .help("Leases asked for, keyed runs included, by what was answered")
            .labelNames("outcome")
            .register(registry);
    for (OfLease outcome : OfLease.values()) {
      leases.put(outcome, ofLeases.labelValues(outcome.name().toLowerCase(Locale.ROOT)));
    }
  }

  void count(CheckAnswer answer) {
    switch (answer) {
      case CheckAnswer.OverLimit _ -> count(locks, OfLock.OVER_LIMIT);
      // Refused like one that never went ahead: it is among the errors.
      case CheckAnswer.RanOut _ -> {}
      case CheckAnswer.Checked(var result) -> count(locks, outcome(result));
    }
  }

  private static OfLock outcome(CheckResult result) {
    return switch (result) {
      case CheckResult.Locked _ -> OfLock.LOCKED;
      case CheckResult.Replayed _ -> OfLock.REPLAYED;
      case CheckResult.Duplicate _ -> OfLock.DUPLICATE;
      case CheckResult.Reused _ -> OfLock.KEY_REUSED;
    };
  }

  void count(LeaseAnswer answer) {
    switch (answer) {
      case LeaseAnswer.OverLimit _ -> count(leases, OfLease.OVER_LIMIT);
      case LeaseAnswer.Asked asked -> count(leases, outcome(asked.result()));
    }
  }

  private static OfLease outcome(AcquireResult result) {
    return switch (result) {
      case AcquireResult.Acquired _ -> OfLease.ACQUIRED;
      case AcquireResult.Replayed _ -> OfLease.REPLAYED;
      case AcquireResult.Held _ -> OfLease.HELD;
      case AcquireResult.Finished _ -> OfLease.FINISHED;
      case AcquireResult.Reused _ -> OfLease.KEY_REUSED;
    };
  }

  private static <E extends Enum<E>> void count(Map<E, CounterDataPoint> counters, E outcome) {
    CounterDataPoint counter = counters.get(outcome);
    if (counter != null) {
      counter.inc();
    }
  }
}
