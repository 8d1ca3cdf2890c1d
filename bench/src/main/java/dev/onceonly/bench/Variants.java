package dev.onceonly.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The servers that are compared, and how each is started. Paths are relative to the project's
/// folder.
enum Variants {
  /// The same HTTP stack over a map in memory: what the store may cost is measured against it.
  A("A memory"),
  /// The embedded store as it is served by default.
  B("B embedded"),
  /// The embedded store with one transaction, and so one flush, for each request.
  C("C unbatched");

  private static final String SERVER_JAR = "server/target/app/onceonly-program.jar";
  private static final String OPTIONS = "@server/target/app/jvm.options";
  private static final String CACHE = "-XX:AOTCache=server/target/app/onceonly.aot";
  private static final String MEMORY_SERVER = "dev.onceonly.bench.MemoryServer";

  /// The store in memory forgets nothing: in the embedded server's heap it would soon measure
  /// nothing but the collector.
  private static final String MEMORY_HEAP = "-Xmx4g";

  private final String title;

  Variants(String title) {
    this.title = title;
  }

  Target target(long flushDelayUs) {
    return new Target(title, command(), environment(), flushDelayUs, 0);
  }

  private Map<String, String> environment() {
    return switch (this) {
      case A, B -> Map.of();
      case C -> Map.of("ONCEONLY_BATCH_MAX_STEPS", "1");
    };
  }

  private List<String> command() {
    return switch (this) {
      case A ->
          List.of(
              java(),
              OPTIONS,
              MEMORY_HEAP,
              "-cp",
              System.getProperty("java.class.path"),
              MEMORY_SERVER);
      case B, C -> List.of(java(), OPTIONS, CACHE, "-jar", SERVER_JAR, "serve");
    };
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }
}
