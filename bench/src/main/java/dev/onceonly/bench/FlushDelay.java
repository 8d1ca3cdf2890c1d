package dev.onceonly.bench;

import dev.onceonly.testkit.fault.FaultSwitches;
import dev.onceonly.testkit.fault.NativeFaults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
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
    try {
      Files.createDirectories(data);
      FaultSwitches switches = FaultSwitches.create(scratch.resolve("flush-switches"));
      switches.delayFlushes(Duration.of(delayUs, ChronoUnit.MICROS));
      return NativeFaults.compile(scratch).faulty(data, switches);
    } catch (IOException e) {
      throw new UncheckedIOException("can't slow the flushes down", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
