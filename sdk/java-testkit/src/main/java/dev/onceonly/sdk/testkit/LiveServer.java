package dev.onceonly.sdk.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The real server in a process and on a temporary folder of its own.
public final class LiveServer implements AutoCloseable {
  /// The key of an admin, made anew in each process, so that its absence from an output means
  /// something.
  public static final String API_KEY = "once_live_" + UUID.randomUUID().toString().replace("-", "");

  private static final String READY = "OnceOnly is ready on ";
  private static final long END_SECONDS_MAX = 30;

  private final Process process;
  private final Path folder;
  private final String url;

  private LiveServer(Process process, Path folder, String url) {
    this.process = process;
    this.folder = folder;
    this.url = url;
  }

  /// Starts one on a free port and waits until it is ready.
  public static LiveServer start() {
    try {
      Path folder = Files.createTempDirectory("onceonly-sdk-");
      ProcessBuilder builder =
          new ProcessBuilder(
              command(),
              "serve",
              "--dev",
              "--port",
              "0",
              "--data",
              folder.resolve("data").toString());
      builder.environment().keySet().removeIf(name -> name.startsWith("ONCEONLY_"));
      builder.environment().put("ONCEONLY_API_KEY", API_KEY);
      builder.redirectError(folder.resolve("server.log").toFile());
      Process process = builder.start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      return new LiveServer(process, folder, awaitReady(process, folder));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String command() {
    String given = System.getenv("ONCEONLY_COMMAND");
    return given != null
        ? given
        : Path.of("../../onceonly").toAbsolutePath().normalize().toString();
  }

  private static String awaitReady(Process process, Path folder) throws IOException {
    BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith(READY)) {
        return line.substring(READY.length());
      }
    }
    throw new IOException(
        "the server ended before it was ready: " + Files.readString(folder.resolve("server.log")));
  }

  /// Where it is, such as `http://127.0.0.1:41234`.
  public String url() {
    return url;
  }

  /// The two properties that a Spring application needs to use it.
  public String[] properties() {
    return new String[] {"onceonly.base-url=" + url, "onceonly.api-key=" + API_KEY};
  }

  /// Ends it and waits for the end.
  @Override
  public void close() {
    process.destroy();
    process.onExit().orTimeout(END_SECONDS_MAX, TimeUnit.SECONDS).join();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
