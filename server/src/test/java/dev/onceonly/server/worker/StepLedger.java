package dev.onceonly.server.worker;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.onceonly.http.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;

/// A tool that outlives the servers which call it, and remembers every request of every run: the
/// arguments say which run and step it is. It takes 5 to 40 ms. Thread-safe.
final class StepLedger implements AutoCloseable {
  private static final long TAKES_MIN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long TAKES_MAX_NANOS = TimeUnit.MILLISECONDS.toNanos(40);

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, List<Arrival>> arrivals = new TreeMap<>();

  /// One request.
  record Arrival(int step, String idempotencyKey) {}

  StepLedger() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/step";
  }

  /// All requests of a run, in order.
  synchronized List<Arrival> arrivals(String run) {
    return List.copyOf(arrivals.getOrDefault(run, List.of()));
  }

  synchronized int count() {
    return arrivals.values().stream().mapToInt(List::size).sum();
  }

  private synchronized void add(String run, Arrival arrival) {
    arrivals.computeIfAbsent(run, _ -> new ArrayList<>()).add(arrival);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode args = Json.read(exchange.getRequestBody().readAllBytes()).path("args");
      String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
      add(args.path("run").asString(), new Arrival(args.path("step").intValue(), key));
      LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(TAKES_MIN_NANOS, TAKES_MAX_NANOS));
      byte[] answer = Json.write(args);
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
