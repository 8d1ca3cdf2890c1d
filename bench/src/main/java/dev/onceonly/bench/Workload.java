package dev.onceonly.bench;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// One kind of work and all that its connections share. Used by one thread for one measurement.
sealed interface Workload
    permits NewKeys,
        HotKey,
        MixedKeys,
        LeaseLives,
        LiveKeys,
        GovernedCalls,
        DirectCalls,
        KeyedRuns,
        Turnover {

  /// Sets the server up for this kind of work; not measured. Once is enough for all workloads of
  /// the kind.
  default void prepare(Endpoint endpoint) throws IOException, InterruptedException {}

  /// A script for one more connection.
  Script script(Endpoint endpoint);

  /// Whole lives finished so far (acquired, extended, completed, read); 0 where there is no such
  /// thing.
  default long lives() {
    return 0;
  }

  /// What is wrong with all the answers together although each looked right; null if nothing is.
  default @Nullable String verdict() {
    return null;
  }
}
