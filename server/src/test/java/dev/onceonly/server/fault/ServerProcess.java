package dev.onceonly.server.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A program of ours in a process of its own, from this test's class path and with the options that
/// it is shipped with. What it says on standard error goes to `server.log` beside its data folder.
final class ServerProcess implements AutoCloseable {
  static final String MAIN = "dev.onceonly.server.Main";
  static final String API_KEY = "once_live_fault-tests-0123456789";
  private static final String READY = "OnceOnly is ready on http";
  private static final Duration END_MAX = Duration.ofSeconds(60);

  private final Process process;
  private final BufferedReader out;
  private final Path log;
  private final List<String> said = new ArrayList<>();
  private int port;

  private ServerProcess(Process process, Path log) {
    this.process = process;
    this.out = process.inputReader(UTF_8);
    this.log = log;
    // Also when a test fails before it gets to it.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
  }

  /// A process that has ended.
  record Ended(int exitCode, String out, String err) {}

  /// `onceonly serve` on a free port, ready to answer.
  static ServerProcess serve(Path data, Map<String, String> environment) throws IOException {
    return launch(data, environment, MAIN, "serve").awaitReady();
  }

  /// As [#serve(Path, Map)] with so many descriptors.
  static ServerProcess serveWithDescriptors(
      Path data, Map<String, String> environment, int descriptorsMax) throws IOException {
    Path log = data.resolveSibling("server.log");
    ProcessBuilder builder = builder(data, environment, MAIN, "serve");
    List<String> command = new ArrayList<>();
    command.addAll(List.of("sh", "-c", "ulimit -n " + descriptorsMax + "; exec \"$@\"", "sh"));
    command.addAll(builder.command());
    builder.command(command);
    builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    return new ServerProcess(builder.start(), log).awaitReady();
  }

  /// Starts a main class on a data folder, and waits for nothing.
  static ServerProcess launch(Path data, Map<String, String> environment, String... words)
      throws IOException {
    Path log = data.resolveSibling("server.log");
    ProcessBuilder builder = builder(data, environment, words);
    builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    return new ServerProcess(builder.start(), log);
  }

  /// As [#serve(Path, Map)] with a log that nobody takes: a pipe that [#takeLog] reads at last.
  static ServerProcess serveWithLogThatNobodyTakes(Path data, Map<String, String> environment)
      throws IOException {
    return new ServerProcess(
            builder(data, environment, MAIN, "serve").start(), data.resolveSibling("server.log"))
        .awaitReady();
  }

  /// What is in the pipe of a log that nobody has taken.
  List<String> takeLog() throws IOException {
    try (BufferedReader err = process.errorReader(UTF_8)) {
      return err.readAllLines();
    }
  }

  /// Runs a command of ours on a data folder to its end.
  static Ended run(Path data, String... words) throws IOException, InterruptedException {
    return run(data, Map.of(), words);
  }

  /// As [#run(Path, String...)] with more in the environment; an empty value takes one out of it.
  static Ended run(Path data, Map<String, String> environment, String... words)
      throws IOException, InterruptedException {
    Path err = Files.createTempFile(data.resolveSibling(""), "command", ".err");
    List<String> all = new ArrayList<>(List.of(MAIN));
    all.addAll(List.of(words));
    ProcessBuilder builder = builder(data, environment, all.toArray(String[]::new));
    Process process = builder.redirectError(err.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Ended(process.waitFor(), out, Files.readString(err));
  }

  private static ProcessBuilder builder(
      Path data, Map<String, String> environment, String... words) {
    Path scratch = data.toAbsolutePath().resolveSibling("");
    List<String> command = ProgramFiles.command(words[0], scratch);
    command.addAll(List.of(words).subList(1, words.length));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("ONCEONLY_"));
    builder.environment().put("ONCEONLY_DATA", data.toString());
    builder.environment().put("ONCEONLY_PORT", "0");
    builder.environment().put("ONCEONLY_API_KEY", API_KEY);
    builder.environment().putAll(environment);
    builder.environment().values().removeIf(String::isEmpty);
    return builder;
  }

  /// Waits for the line that says that it is ready.
  ServerProcess awaitReady() throws IOException {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      said.add(line);
      if (line.startsWith(READY)) {
        port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
        return this;
      }
    }
    throw new IOException("the server ended before it was ready: " + Files.readString(log));
  }

  int port() {
    return port;
  }

  /// What it has said on standard output until it was ready.
  List<String> said() {
    return said;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /// What it has in memory, as Linux counts it; 0 elsewhere.
  long residentBytes() throws IOException {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    if (!Files.exists(status)) {
      return 0;
    }
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1_024;
      }
    }
    return 0;
  }

  /// SIGKILL, and waits for the end.
  void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /// SIGSTOP: it stands still, with its connections open, until [#resume]; its clocks go on.
  void pause() throws IOException, InterruptedException {
    signal("STOP");
  }

  /// SIGCONT.
  void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  /// Sends a signal by its name without `SIG`.
  void signal(String name) throws IOException, InterruptedException {
    Process kill =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start();
    if (kill.waitFor() != 0) {
      throw new IOException("the server can't be sent SIG" + name);
    }
  }

  /// What it has written to its log, and those before it on the same folder.
  List<String> log() throws IOException {
    return Files.readAllLines(log);
  }

  /// Waits for a line of its log, until the test's time is over.
  String awaitLine(String part) throws IOException, InterruptedException {
    while (true) {
      for (String line : log()) {
        if (line.contains(part)) {
          return line;
        }
      }
      Thread.sleep(20);
    }
  }

  /// SIGTERM, without waiting.
  void terminate() {
    process.destroy();
  }

  /// Waits until it has ended, and says its exit code.
  int awaitEnd() {
    process.onExit().orTimeout(END_MAX.toSeconds(), TimeUnit.SECONDS).join();
    return process.exitValue();
  }

  /// Waits that long for an end by itself, or less.
  void awaitEnd(long ms) throws InterruptedException {
    boolean ended = process.waitFor(ms, TimeUnit.MILLISECONDS);
    if (ended) {
      throw new AssertionError("the server ended by itself");
    }
  }

  /// SIGTERM, and waits for the end.
  @Override
  public void close() {
    terminate();
    awaitEnd();
  }
}
