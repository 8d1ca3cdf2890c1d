package dev.onceonly.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A server that we started, and that we stop. What it writes goes to `server.log` beside its data.
final class ServerProcess implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("OnceOnly is ready on (http://\\S+)\\R");
  private static final Duration READY_MAX = Duration.ofMinutes(2);
  private static final Duration STOP_MAX = Duration.ofSeconds(15);
  private static final long LOOK_EVERY_MS = 5;
  private static final int LOG_SHOWN_MAX = 2000;

  private final Process process;
  private final Path log;
  private final int port;
  private final String apiKey;
  private final Thread atExit;

  private ServerProcess(Process process, Path log, int port, String apiKey) {
    this.process = process;
    this.log = log;
    this.port = port;
    this.apiKey = apiKey;
    atExit = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /// Starts the target on a free port of the loopback interface, with its data in the folder `data`
  /// of `folder`. Does not wait until it answers.
  static ServerProcess start(Target target, Path folder) throws IOException {
    int port = freePort();
    String apiKey = "once_live_" + HexFormat.of().toHexDigits(new SplittableRandom().nextLong());
    Path log = folder.resolve("server.log");
    Path data =
        Files.createDirectories(
            folder.resolve("data"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    ProcessBuilder builder = new ProcessBuilder(target.command());
    Map<String, String> environment = builder.environment();
    environment.put("ONCEONLY_API_KEY", apiKey);
    environment.put("ONCEONLY_PORT", Integer.toString(port));
    environment.put("ONCEONLY_DATA", data.toString());
    environment.putAll(target.environment());
    environment.putAll(FlushDelay.environment(target.flushDelayUs(), data, folder));
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    return new ServerProcess(builder.start(), log, port, apiKey);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /// Where it will listen, known before it does.
  Endpoint expectedEndpoint() {
    return new Endpoint("127.0.0.1", port, apiKey);
  }

  ProcessStats stats() {
    return ProcessStats.of(process.pid());
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /// Waits for the line that says that it is ready.
  ///
  /// @throws IOException if it ends before, or takes longer than two minutes; with what it wrote
  Subject awaitReady() throws IOException, InterruptedException {
    long endNs = System.nanoTime() + READY_MAX.toNanos();
    while (System.nanoTime() < endNs && process.isAlive()) {
      Matcher ready = READY.matcher(Files.readString(log));
      if (ready.find()) {
        URI uri = URI.create(ready.group(1));
        return new Subject(new Endpoint(uri.getHost(), uri.getPort(), apiKey), stats());
      }
      Thread.sleep(LOOK_EVERY_MS);
    }
    throw new IOException("the server did not get ready: " + logEnd());
  }

  /// The end of what it wrote, for a message.
  String logEnd() throws IOException {
    String text = Files.readString(log);
    return text.substring(Math.max(0, text.length() - LOG_SHOWN_MAX)).strip();
  }

  /// Ends it like a crash: SIGKILL.
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  /// Asks it to end (SIGTERM), and kills it if it does not.
  @Override
  public void close() {
    process.destroy();
    try {
      process.onExit().orTimeout(STOP_MAX.toMillis(), TimeUnit.MILLISECONDS).join();
    } catch (CompletionException tooSlow) {
      kill();
    }
    Runtime.getRuntime().removeShutdownHook(atExit);
  }
}
