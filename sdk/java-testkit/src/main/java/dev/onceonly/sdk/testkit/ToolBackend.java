package dev.onceonly.sdk.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A backend of governed tools on this machine, which keeps what it has been sent.
public final class ToolBackend implements AutoCloseable {
  private final HttpServer http;
  private final List<String> bodies = new CopyOnWriteArrayList<>();
  private final int status;
  private final byte[] answer;

  private ToolBackend(HttpServer http, int status, String answer) {
    this.http = http;
    this.status = status;
    this.answer = answer.getBytes(UTF_8);
    http.createContext("/", this::answer);
    http.start();
  }

  /// One on a free port that gives the same answer to every call.
  public static ToolBackend answering(int status, String json) {
    try {
      return new ToolBackend(
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0),
          status,
          json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What to register.
  public String url() {
    return "http://127.0.0.1:" + http.getAddress().getPort() + "/tool";
  }

  /// The bodies so far, the first one first.
  public List<String> bodies() {
    return List.copyOf(bodies);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      bodies.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(status, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  @Override
  public void close() {
    http.stop(0);
  }
}
