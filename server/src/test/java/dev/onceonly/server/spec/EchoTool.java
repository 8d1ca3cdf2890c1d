package dev.onceonly.server.spec;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A tool on this machine that answers with what it was called with, or fails as it is told to (see
/// [SpecTarget#toolUrl()]). It checks no signature: that is not what it is for.
final class EchoTool implements AutoCloseable {
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;

  EchoTool() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", EchoTool::answer);
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/tool");
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode args =
          SpecDocument.JSON.readTree(exchange.getRequestBody().readAllBytes()).path("args");
      ObjectNode answer = SpecDocument.JSON.createObjectNode();
      int status = status(args.path("fail"));
      answer.put("ok", status == 200);
      if (status == 200) {
        answer.set("echo", args);
      }
      byte[] body = SpecDocument.JSON.writeValueAsBytes(answer);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static int status(JsonNode fail) {
    if (fail.isInt()) {
      return fail.intValue();
    }
    return fail.asBoolean(false) ? 500 : 200;
  }
}
