import com.sun.net.httpserver.HttpServer;
import dev.onceonly.sdk.OnceOnly;
import dev.onceonly.sdk.OnceOnlyBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.json.JsonMapper;

/** How the examples tell what they do, and hold themselves to it, and a tool for them to call. */
final class Story {
  private static final JsonMapper JSON = new JsonMapper();

  private Story() {}

  /** A client's builder that knows where the server is. */
  static OnceOnlyBuilder client() {
    String url = System.getenv("ONCEONLY_URL");
    String apiKey = System.getenv("ONCEONLY_API_KEY");
    if (url == null || apiKey == null) {
      System.err.println("Set ONCEONLY_URL and ONCEONLY_API_KEY first; examples/README.md tells how.");
      System.exit(1);
    }
    return OnceOnly.builder().apiKey(apiKey).baseUrl(url);
  }

  static void title(String text) {
    System.out.println(text);
  }

  static void say(String line) {
    System.out.println("     " + line);
  }

  /** Prints a promise that was kept; ends the example with exit status 1 if it was not. */
  static void claim(String what, boolean kept) {
    System.out.println("  " + (kept ? "ok " : "BROKEN ") + what);
    if (!kept) {
      System.exit(1);
    }
  }

  /** A key that no earlier run has used, so that an example can run again on the same server. */
  static String unique(String name) {
    return name + "_" + UUID.randomUUID().toString().substring(0, 13);
  }

  /** Asks again and again until the answer is true; false when 20 seconds have passed. */
  static boolean until(BooleanSupplier ask) throws InterruptedException {
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (!ask.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      Thread.sleep(50);
    }
    return true;
  }

  /**
   * Starts a tool on this machine and gives its URL. {@code work} gets the arguments of a call and its idempotency key,
   * and gives the result; null closes the connection without an answer.
   */
  static String serveTool(BiFunction<Map<?, ?>, String, Map<String, ?>> work) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    // The server's own thread is no daemon; the programs end by themselves all the same, with System.exit.
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext(
        "/",
        exchange -> {
          Map<?, ?> payload = JSON.readValue(exchange.getRequestBody().readAllBytes(), Map.class);
          String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
          Map<String, ?> result = work.apply((Map<?, ?>) payload.get("args"), key);
          if (result != null) {
            byte[] body = JSON.writeValueAsBytes(result);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
    server.start();
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }
}
