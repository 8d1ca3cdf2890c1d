package dev.onceonly.server.spec;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/// Answers every request as a test tells it to, and remembers what was asked.
final class ScriptedServer implements SpecTarget {
  /// A request as it came in; `authorization` is empty if there was no such header.
  record Asked(String method, String uri, String authorization, String body) {}

  /// An answer to send.
  record Scripted(int status, Map<String, String> headers, String body) {}

  private final HttpServer server;
  private final Function<Asked, Scripted> script;
  private final List<Asked> asked = new CopyOnWriteArrayList<>();

  ScriptedServer(Function<Asked, Scripted> script) throws IOException {
    this.script = script;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  List<Asked> asked() {
    return asked;
  }

  @Override
  public URI baseUri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Override
  public String apiKey(Persona persona) {
    return "key-of-" + persona.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public URI toolUrl() {
    return URI.create("http://127.0.0.1:1/tool");
  }

  @Override
  public Set<String> routes() {
    return Set.of();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String authorization = exchange.getRequestHeaders().getFirst("Authorization");
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Asked request =
          new Asked(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              authorization == null ? "" : authorization,
              body);
      asked.add(request);
      Scripted answer = script.apply(request);
      answer.headers().forEach(exchange.getResponseHeaders()::set);
      byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }
}
