package dev.onceonly.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/// A tool in the driver's own process that answers at once, and notes when it was first called with
/// each key. It shares the cores with the driver and the server. Thread-safe.
final class EchoTool implements AutoCloseable {
  private static final byte[] ANSWER = "{\"ok\":true}".getBytes(US_ASCII);
  private static final String KEY = "\"key\":\"";

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Long> firstCallNs = new ConcurrentHashMap<>();
  private final AtomicLong calls = new AtomicLong();
  private final HttpServer server;

  private EchoTool(HttpServer server) {
    this.server = server;
  }

  static EchoTool start() throws IOException {
    // Otherwise an answer waits for the caller's delayed acknowledgement: 40 ms that nobody spends.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    EchoTool tool = new EchoTool(HttpServer.create(any, 512));
    tool.server.setExecutor(tool.threads);
    tool.server.createContext("/", tool::answer);
    tool.server.start();
    return tool;
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/echo";
  }

  /// As a server that can be asked directly; it knows no API key.
  Endpoint endpoint() {
    return new Endpoint("127.0.0.1", server.getAddress().getPort(), "none");
  }

  long calls() {
    return calls.get();
  }

  /// When it was first called with each `args.key`, in `System.nanoTime()`.
  Map<String, Long> firstCallNs() {
    return firstCallNs;
  }

  private void answer(HttpExchange exchange) throws IOException {
    long nowNs = System.nanoTime();
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), US_ASCII);
      calls.incrementAndGet();
      int start = body.indexOf(KEY) + KEY.length();
      if (start >= KEY.length()) {
        firstCallNs.putIfAbsent(body.substring(start, body.indexOf('"', start)), nowNs);
      }
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, ANSWER.length);
      exchange.getResponseBody().write(ANSWER);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
