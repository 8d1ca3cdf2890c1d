package dev.onceonly.server.api;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.onceonly.http.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import tools.jackson.databind.JsonNode;

/// A tool's backend on a free port of this machine. What it answers is in the path: `/ok…` 200 with
/// the arguments, `/hold…` the same once it is let go, a number such as `/500` that status.
/// Thread-safe.
final class LocalTool implements BeforeAllCallback, AfterAllCallback {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final Map<String, CountDownLatch> gates = new ConcurrentHashMap<>();

  /// One request as it came.
  record Seen(
      String path,
      @Nullable String idempotencyKey,
      @Nullable String fence,
      @Nullable String runId,
      JsonNode body) {}

  LocalTool() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::answer);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    server.start();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    gates.values().forEach(CountDownLatch::countDown);
    server.stop(0);
    threads.close();
  }

  /// Makes a tool of the namespace, which is called under this path.
  void register(Client client, String name, String path) {
    Answer answer =
        client.post(
            "/v1/tools",
            "name",
            name,
            "scope_id",
            "global",
            "url",
            "http://127.0.0.1:" + server.getAddress().getPort() + path,
            "max_retries",
            0,
            "auth",
            Map.of("type", "hmac_sha256", "secret", "a-secret-of-tests"));
    if (answer.status() != 200) {
      throw new AssertionError(answer.body());
    }
  }

  /// Requests under a path, in order.
  List<Seen> seen(String path) {
    return seen.stream().filter(one -> one.path.equals(path)).toList();
  }

  /// Lets all requests under a path go, from now on.
  void release(String path) {
    gate(path).countDown();
  }

  private CountDownLatch gate(String path) {
    return gates.computeIfAbsent(path, _ -> new CountDownLatch(1));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      JsonNode body = Json.read(exchange.getRequestBody().readAllBytes());
      seen.add(
          new Seen(
              path,
              exchange.getRequestHeaders().getFirst("Idempotency-Key"),
              exchange.getRequestHeaders().getFirst("X-OnceOnly-Fence"),
              exchange.getRequestHeaders().getFirst("X-OnceOnly-Run-Id"),
              body));
      if (path.startsWith("/hold")) {
        gate(path).await();
      }
      byte[] answer = Json.text(body.path("args")).getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(status(path), answer.length);
      exchange.getResponseBody().write(answer);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static int status(String path) {
    return path.matches("/[0-9]{3}") ? Integer.parseInt(path.substring(1)) : 200;
  }
}
