package dev.onceonly.server.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.onceonly.http.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A tool on this machine that counts how often it is called and answers with what it was called
/// with. A real one verifies the signature: `examples/tool-backend` shows how. Thread-safe.
final class EchoTool implements AutoCloseable {
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger calls = new AtomicInteger();
  private final Set<String> keys = ConcurrentHashMap.newKeySet();
  private final HttpServer server;

  EchoTool() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/mail";
  }

  /// How often it was called so far.
  int calls() {
    return calls.get();
  }

  /// How many idempotency keys it has seen so far.
  int keys() {
    return keys.size();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode body = Json.read(exchange.getRequestBody().readAllBytes());
      int number = calls.incrementAndGet();
      String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
      keys.add(key == null ? "" : key);
      ObjectNode answer = Json.object().put("sent", true).put("mail", number);
      answer.set("echo", body.path("args"));
      byte[] bytes = Json.write(answer);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
