package dev.onceonly.bench;

import java.util.Locale;
import java.util.SplittableRandom;

/// The workloads that can be asked for by name.
enum WorkloadKind {
  NEW,
  HOT,
  MIX,
  LEASE,
  /// Governed calls that are decided and logged as a dry run.
  GOVERNED,
  /// Governed calls that the hour's cap blocks.
  CAPPED;

  Workload create(SplittableRandom random) {
    return switch (this) {
      case NEW -> new NewKeys(random);
      case HOT -> new HotKey(random);
      case MIX -> new MixedKeys(random);
      case LEASE -> new LeaseLives(random);
      case GOVERNED -> GovernedCalls.decided(GovernedCalls.Kind.DRY_RUN, random);
      case CAPPED -> GovernedCalls.decided(GovernedCalls.Kind.CAPPED, random);
    };
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
