package dev.onceonly.server.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A server in a process of its own, made of the same program, options and class path as this
/// process.
public final class ChildServer implements AutoCloseable {
  private static final String READY = "OnceOnly is ready on ";

  private final Process process;
  private final String url;

  private ChildServer(Process process, String url) {
    this.process = process;
    this.url = url;
  }

  /// Starts `onceonly serve` and waits until it answers.
  ///
  /// @param environment more variables for it, such as `ONCEONLY_PORT`
  public static ChildServer start(Path data, Map<String, String> environment) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of("dev.onceonly.server.Main", "serve", "--data", data.toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment);
    // What it tells its operator would stand between the lines of the story.
    builder.environment().putIfAbsent("ONCEONLY_LOG_LEVEL", "warning");
    try {
      Process process = builder.start();
      BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
      String line;
      while ((line = out.readLine()) != null) {
        if (line.startsWith(READY)) {
          return new ChildServer(process, line.substring(READY.length()));
        }
      }
      throw new IllegalStateException("the server ended before it was ready");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// `http://HOST:PORT`.
  public String url() {
    return url;
  }

  public long pid() {
    return process.pid();
  }

  /// Ends it as `kill -9` does: no warning, no last words.
  public void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /// Asks it to stop, and waits until it has.
  @Override
  public void close() {
    process.destroy();
    awaitEnd();
  }

  private void awaitEnd() {
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
