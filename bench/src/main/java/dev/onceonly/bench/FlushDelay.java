package dev.onceonly.bench;

import java.util.Map;

/// The single place where a server process is given what slows its flushes down.
final class FlushDelay {
  private FlushDelay() {}

  /// The environment under which every flush takes `delayUs` longer; empty for 0.
  static Map<String, String> environment(long delayUs) {
    if (delayUs == 0) {
      return Map.of();
    }
    // The preloaded library that does it belongs to the testkit; its variables go here.
    throw new UnsupportedOperationException("--flush-delay-us is not connected to the testkit yet");
  }
}
