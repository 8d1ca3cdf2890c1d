package dev.onceonly.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

  private static final Path APP = Path.of("server", "target", "app");
  private static final String MEMORY_SERVER = "dev.onceonly.bench.MemoryServer";
  private static final String FORGETFUL_SERVER = "dev.onceonly.bench.ForgetfulServer";

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

  /// The embedded store of another checkout of this project that has been built: with its own
  /// program, options and cache.
  ///
  /// @throws IllegalArgumentException if there is none in `checkout`
  static Target before(Path checkout, long flushDelayUs) {
    Path app = checkout.toAbsolutePath().normalize().resolve(APP);
    if (!Files.exists(app.resolve("onceonly-program.jar"))) {
      throw new IllegalArgumentException(app + " holds no server: build that checkout first");
    }
    return new Target("before", serve(app), Map.of(), flushDelayUs, 0);
  }

  /// The real server, whose settled matters are forgotten within minutes instead of days.
  static Target forgetful() {
    return new Target("forgetful", ofBench(FORGETFUL_SERVER, List.of()), Map.of(), 0, 0);
  }

  private Map<String, String> environment() {
    return switch (this) {
      case A, B -> Map.of();
      case C -> Map.of("ONCEONLY_BATCH_MAX_STEPS", "1");
    };
  }

  private List<String> command() {
    return switch (this) {
      case A -> ofBench(MEMORY_SERVER, List.of(MEMORY_HEAP));
      case B, C -> serve(APP);
    };
  }

  private static List<String> serve(Path app) {
    return List.of(
        java(),
        "@" + app.resolve("jvm.options"),
        "-XX:AOTCache=" + app.resolve("onceonly.aot"),
        "-jar",
        app.resolve("onceonly-program.jar").toString(),
        "serve");
  }

  /// A server program of the bench's own, under the options of the real one and these.
  private static List<String> ofBench(String main, List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(java());
    command.add("@" + APP.resolve("jvm.options"));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    return command;
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }
}
