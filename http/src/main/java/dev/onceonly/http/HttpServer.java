package dev.onceonly.http;

import dev.onceonly.http.memory.Holding;
import dev.onceonly.http.memory.MemoryBudget;
import dev.onceonly.http.observe.AccessLog;
import dev.onceonly.http.observe.ServerMetrics;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.LongSupplier;

/// A started server. One virtual thread for each connection. Thread-safe.
public final class HttpServer implements AutoCloseable {
  private static final Duration REAPER_PERIOD = Duration.ofMillis(500);

  private final Listener listener;
  private final Connections connections;
  private final Reaper reaper;
  private final ExecutorService executor;
  private final Duration grace;

  private HttpServer(
      Listener listener,
      Connections connections,
      Reaper reaper,
      ExecutorService executor,
      Duration grace) {
    this.listener = listener;
    this.connections = connections;
    this.reaper = reaper;
    this.executor = executor;
    this.grace = grace;
  }

  /// What the server serves, and what stands around it.
  ///
  /// @param nanoTime a clock that only runs forward, in nanoseconds
  public record Parts(
      List<Route> routes,
      Gate gate,
      ErrorMapping errors,
      ServerMetrics metrics,
      AccessLog access,
      LongSupplier nanoTime) {
    public Parts {
      routes = List.copyOf(routes);
    }
  }

  /// Listens, and returns when connections are accepted.
  ///
  /// @throws IllegalStateException where it can't listen
  public static HttpServer start(HttpSettings settings, Parts parts) {
    HttpServer server = bind(settings, parts);
    server.accept();
    return server;
  }

  /// Takes the port and answers nobody yet: who connects waits until [#accept()].
  ///
  /// @throws IllegalStateException where it can't listen
  public static HttpServer bind(HttpSettings settings, Parts parts) {
    ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    MemoryBudget budget = settings.budget();
    Connections connections = new Connections(budget.connectionsMax());
    ListenerParts listening =
        ListenerParts.of(
            new FrameworkErrors(parts.errors(), parts.access()).handlers(),
            bodyBytesMax(parts.routes()),
            executor);
    PacedContext.Surroundings surroundings =
        new PacedContext.Surroundings(
            listening, new OnlyRouting(new WireRouting(new Dispatcher(parts))));
    Http1ConnectionSelector http1 = Http1ConnectionSelector.builder().config(http1()).build();
    Function<Wire, PacedConnection> accepted =
        wire ->
            new PacedConnection(
                wire,
                connections,
                http1,
                place ->
                    new PacedContext(
                        wire,
                        new Pace(settings.timeouts(), parts.nanoTime()),
                        new Holding(budget),
                        place,
                        surroundings));
    Listener listener;
    try {
      listener = Listener.bind(settings, connections, accepted);
    } catch (IOException e) {
      executor.close();
      throw new IllegalStateException(
          "can't listen on " + settings.host() + ":" + settings.port(), e);
    }
    Reaper reaper = new Reaper(connections, REAPER_PERIOD, parts.nanoTime());
    return new HttpServer(listener, connections, reaper, executor, settings.timeouts().grace());
  }

  // Paths and queries are not validated here, because what is wrong with them is answered with
  // 422, not with a bare 400.
  private static Http1Config http1() {
    return Http1Config.builder()
        .maxPrologueLength(HttpSettings.REQUEST_LINE_BYTES_MAX)
        .maxHeadersSize(HttpSettings.HEADER_BYTES_MAX)
        .validatePath(false)
        .validatePrologue(false)
        .validateRequestHeaders(true)
        .validateResponseHeaders(false)
        .sendKeepAliveHeader(false)
        .build();
  }

  // Bounds what a single chunk may announce, before any route's own bound is looked at.
  private static long bodyBytesMax(List<Route> routes) {
    return routes.stream().mapToLong(Route::bodyBytesMax).max().orElse(Route.BODY_BYTES_MAX);
  }

  /// Answers from now on. Once.
  public void accept() {
    listener.accepting();
  }

  /// Connections that are open.
  public int connections() {
    return connections.all().size();
  }

  /// Goes on accepting and answering, but each answer ends its connection, so that callers move to
  /// another server before this one closes.
  public void drain() {
    connections.drain();
  }

  public int port() {
    return listener.port();
  }

  /// Stops accepting, answers what has been sent and what is in flight within the grace period,
  /// then closes the rest. Who keeps a connection open without asking for anything is not waited
  /// for.
  @Override
  public void close() {
    listener.close();
    connections.end();
    reaper.hurry();
    connections.awaitEnd(grace);
    reaper.close();
    executor.shutdownNow();
  }
}
