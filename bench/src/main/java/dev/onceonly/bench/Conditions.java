package dev.onceonly.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/// Under what the figures were taken: they mean nothing without it.
final class Conditions {
  private final Map<String, String> lines = new LinkedHashMap<>();

  /// Reads what the machine says about itself; `folder` is where the servers keep their data.
  static Conditions ofMachine(Path folder) throws IOException, InterruptedException {
    Conditions conditions = new Conditions();
    Runtime runtime = Runtime.getRuntime();
    conditions.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    conditions.put("commit", commit());
    conditions.put("cores", runtime.availableProcessors() + ", shared by server and driver");
    conditions.put("processor", processor());
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    conditions.put("load average before", "%.2f".formatted(load));
    conditions.put(
        "kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    conditions.put("JDK", System.getProperty("java.vm.name") + " " + Runtime.version());
    conditions.put("file system of the data", Files.getFileStore(folder).type());
    return conditions;
  }

  Conditions put(String name, String value) {
    lines.put(name, value);
    return this;
  }

  private static String processor() throws IOException {
    return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("unknown");
  }

  private static String commit() throws InterruptedException {
    try {
      Process git =
          new ProcessBuilder("git", "describe", "--always", "--dirty")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String text = new String(git.getInputStream().readAllBytes(), UTF_8);
      return git.waitFor() == 0 ? text.strip() : "unknown";
    } catch (IOException e) {
      return "unknown (no git here)";
    }
  }

  String markdown() {
    StringBuilder text = new StringBuilder();
    lines.forEach(
        (name, value) -> text.append("- ").append(name).append(": ").append(value).append('\n'));
    return text.toString();
  }
}
