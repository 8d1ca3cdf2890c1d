package dev.onceonly.server.command;

import dev.onceonly.server.OnceOnlyServer;
import dev.onceonly.server.admin.ApiKeyText;
import dev.onceonly.server.demo.ChildServer;
import dev.onceonly.server.demo.Demo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `onceonly demo`.
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Shows the main job with real HTTP calls against a server on a temporary folder, kill -9 included,",
      "and an agent's tool calls: once, blocked, over budget, stopped, and as a run with its timeline.",
      "Then leaves the server running until Ctrl-C."
    })
final class DemoCommand implements Callable<Integer> {
  private static final int PORT = 8_080;

  @Option(names = "--exit", description = "End at once when the demo is over.")
  private boolean exit;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path data = Files.createTempDirectory("onceonly-demo");
    String apiKey = new ApiKeyText(OnceOnlyServer.strongRandom()).next();
    Demo.Ending ending = new Demo(data, apiKey, isFree(PORT) ? String.valueOf(PORT) : "0").play();
    ChildServer server = ending.server();
    System.out.println();
    System.out.println(
        ending.broken() == 0
            ? "Every promise was kept."
            : ending.broken() + " promises were BROKEN.");
    if (!exit && ending.broken() == 0) {
      leaveRunning(server, apiKey, data);
    }
    server.close();
    deleteAll(data);
    return ending.broken() == 0 ? 0 : 1;
  }

  private static void leaveRunning(ChildServer server, String apiKey, Path data)
      throws InterruptedException {
    System.out.println();
    System.out.println(
        "The server goes on until Ctrl-C; its API reference: " + server.url() + "/docs");
    System.out.println("Lines to paste into another terminal:");
    System.out.println();
    List<String> lines = Demo.pasteable(server.url(), apiKey, data);
    lines.forEach(line -> System.out.println("  " + line));
    System.out.println();
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .unstarted(() -> {
                  server.close();
                  deleteAll(data);
                }));
    new CountDownLatch(1).await();
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port)) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  private static void deleteAll(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
