package dev.onceonly.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// What the kernel has counted for one process (Linux: `/proc/PID`).
final class ProcessStats {
  /// The kernel shows CPU time in hundredths of a second on every architecture that we run on.
  private static final long MICROS_PER_TICK = 10_000;

  private static final int UTIME_AFTER_NAME = 11;
  private static final int STIME_AFTER_NAME = 12;

  private final Path folder;

  private ProcessStats(Path folder) {
    this.folder = folder;
  }

  static ProcessStats of(long pid) {
    return new ProcessStats(Path.of("/proc", Long.toString(pid)));
  }

  static ProcessStats self() {
    return of(ProcessHandle.current().pid());
  }

  /// CPU time so far, user and system, of all threads dead or alive; counted in steps of 10 ms.
  long cpuMicros() throws IOException {
    String stat = Files.readString(folder.resolve("stat"));
    // The second field is the program's name, which may hold spaces and parentheses.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    long ticks =
        Long.parseLong(fields[UTIME_AFTER_NAME]) + Long.parseLong(fields[STIME_AFTER_NAME]);
    return ticks * MICROS_PER_TICK;
  }

  /// Memory that is resident now.
  long residentBytes() throws IOException {
    return status("VmRSS:") * 1024;
  }

  /// Threads of the kernel's now.
  long threads() throws IOException {
    return status("Threads:");
  }

  /// Open descriptors now: files, sockets and the like.
  long descriptors() throws IOException {
    try (Stream<Path> open = Files.list(folder.resolve("fd"))) {
      return open.count();
    }
  }

  private long status(String name) throws IOException {
    return Files.readAllLines(folder.resolve("status")).stream()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow(() -> new IOException("no " + name + " in " + folder));
  }
}
