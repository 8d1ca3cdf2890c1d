package dev.onceonly.bench;

import java.nio.file.Path;
import java.util.Map;

/// The single place where a server process is given what slows its flushes down.
final class FlushDelay {
  private FlushDelay() {}

  /// The environment under which every flush of files below `data` takes `delayUs` longer; empty
  /// for 0. What it takes may be put into `scratch`, a folder that holds `data` and is removed
  /// after the run.
  static Map<String, String> environment(long delayUs, Path data, Path scratch) {
    if (delayUs == 0) {
      return Map.of();
    }
    // To be connected to the testkit's preloaded library (dev.onceonly.testkit.fault.NativeFaults).
    throw new UnsupportedOperationException(
        "--flush-delay-us is not connected yet: %s, %s".formatted(data, scratch));
  }
}
