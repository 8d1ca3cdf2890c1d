package dev.onceonly.core.step;

import java.time.Instant;

/// The store's time: the only one that decides expiry. Never runs backwards, within a process or
/// from one start to the next. Microsecond precision. Thread-safe.
public interface StoreClock {
  Instant now();
}
