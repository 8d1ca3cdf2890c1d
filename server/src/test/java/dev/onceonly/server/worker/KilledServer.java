package dev.onceonly.server.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// `onceonly serve` in a process of its own, to be killed. What it says on standard error goes to
/// `server.log` beside its data folder.
final class KilledServer implements AutoCloseable {
  static final String API_KEY = "once_live_worker_kill_tests_00000001";
  private static final String READY = "OnceOnly is ready on http://127.0.0.1:";
  private static final long END_MAX_SECONDS = 60;

  private final Process process;
  private final int port;

  private KilledServer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /// Starts it on a data folder and waits until it is ready.
  static KilledServer start(Path data) throws IOException {
    Path log = data.resolveSibling("server.log");
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + data.resolveSibling(""),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.onceonly.server.Main",
                "serve"));
    builder.environment().keySet().removeIf(name -> name.startsWith("ONCEONLY_"));
    builder.environment().put("ONCEONLY_DATA", data.toString());
    builder.environment().put("ONCEONLY_PORT", "0");
    builder.environment().put("ONCEONLY_API_KEY", API_KEY);
    builder.environment().put("ONCEONLY_DEV", "true");
    builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    Process process = builder.start();
    // Also when a test fails before it gets to it.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return new KilledServer(process, portOf(process.inputReader(UTF_8), log));
  }

  private static int portOf(BufferedReader out, Path log) throws IOException {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith(READY)) {
        return Integer.parseInt(line.substring(READY.length()));
      }
    }
    throw new IOException("the server ended before it was ready: " + Files.readString(log));
  }

  int port() {
    return port;
  }

  /// SIGKILL, and waits for the end.
  void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /// SIGTERM, and waits for the end.
  @Override
  public void close() {
    process.destroy();
    awaitEnd();
  }

  private void awaitEnd() {
    process.onExit().orTimeout(END_MAX_SECONDS, TimeUnit.SECONDS).join();
  }
}
