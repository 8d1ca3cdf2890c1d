package dev.onceonly.server.fault;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.onceonly.http.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// A tool that outlives the servers which call it, and remembers every request of every job. The
/// arguments say which job and step it is, how long the work takes (`takes_ms`), what it fails with
/// (`fail`), and whether it is answered only when the test says so (`hold`). Thread-safe.
final class RecordingTool implements AutoCloseable {
  static final String NAME = "record";

  private static final int BACKLOG = 512;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, List<Arrival>> arrivals = new TreeMap<>();
  private final AtomicInteger held = new AtomicInteger();
  private volatile CountDownLatch gate = new CountDownLatch(1);

  /// One request: for which step of its job, and under which key.
  record Arrival(int step, String idempotencyKey) {}

  RecordingTool() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  /// Makes it known to a server, for all agents of a namespace; it may take as long as any fault
  /// here before it counts as gone.
  void register(WireClient wire, String apiKey, int retriesMax) throws IOException {
    Map<String, Object> tool =
        Map.of(
            "name",
            NAME,
            "url",
            "http://127.0.0.1:" + server.getAddress().getPort() + "/record",
            "timeout_ms",
            60_000,
            "max_retries",
            retriesMax,
            "auth",
            Map.of("type", "hmac_sha256", "secret", "a-secret-of-tests"));
    Answer answer = wire.post(apiKey, "/v1/tools", tool);
    if (answer.status() != 200) {
      throw new IOException("the tool is not taken: " + answer);
    }
  }

  /// How many requests wait for [#release].
  int held() {
    return held.get();
  }

  /// Answers all requests that wait; those that come later wait again.
  void release() {
    CountDownLatch opening = gate;
    gate = new CountDownLatch(1);
    opening.countDown();
  }

  /// All requests of a job, in order.
  synchronized List<Arrival> arrivals(String job) {
    return List.copyOf(arrivals.getOrDefault(job, List.of()));
  }

  /// The requests in all.
  synchronized int count() {
    return arrivals.values().stream().mapToInt(List::size).sum();
  }

  /// The jobs that have come, and every key that any of their requests had.
  synchronized Set<String> idempotencyKeys() {
    return arrivals.values().stream()
        .flatMap(List::stream)
        .map(Arrival::idempotencyKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /// Every step of a job whose requests had more than one key: an effect that may be done twice.
  synchronized List<String> underTwoKeys() {
    List<String> wrong = new ArrayList<>();
    arrivals.forEach((job, requests) ->
        requests.stream()
            .collect(
                Collectors.groupingBy(
                    Arrival::step,
                    TreeMap::new,
                    Collectors.mapping(Arrival::idempotencyKey, Collectors.toSet())))
            .forEach((step, keys) -> {
              if (keys.size() > 1) {
                wrong.add(job + ", step " + step + ": " + keys);
              }
            }));
    return wrong;
  }

  private synchronized void add(String job, Arrival arrival) {
    arrivals.computeIfAbsent(job, _ -> new ArrayList<>()).add(arrival);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode args = Json.read(exchange.getRequestBody().readAllBytes()).path("args");
      String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
      CountDownLatch closed = gate;
      add(args.path("job").asString(""), new Arrival(args.path("step").asInt(0), key));
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(args.path("takes_ms").asInt(0)));
      if (args.path("hold").asBoolean(false)) {
        hold(closed);
      }
      byte[] answer = Json.write(args);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(args.path("fail").asInt(200), answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  private void hold(CountDownLatch closed) {
    held.incrementAndGet();
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      held.decrementAndGet();
    }
  }

  @Override
  public void close() {
    release();
    server.stop(0);
    threads.close();
  }
}
