package dev.onceonly.bench;

import java.util.Locale;
import java.util.SplittableRandom;

/// The workloads that can be asked for by name.
enum WorkloadKind {
  NEW,
  HOT,
  MIX,
  LEASE;

  Workload create(SplittableRandom random) {
    return switch (this) {
      case NEW -> new NewKeys(random);
      case HOT -> new HotKey(random);
      case MIX -> new MixedKeys(random);
      case LEASE -> new LeaseLives(random);
    };
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
