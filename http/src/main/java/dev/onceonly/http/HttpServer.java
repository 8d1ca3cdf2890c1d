package dev.onceonly.http;

import dev.onceonly.http.observe.ServerMetrics;
import io.helidon.common.socket.SocketOptions;
import io.helidon.webserver.ErrorHandling;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http1.Http1Config;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/// A started server. One virtual thread for each connection. Thread-safe.
public final class HttpServer implements AutoCloseable {
  private static final Duration REAPER_PERIOD = Duration.ofMillis(500);

  private final WebServer server;
  private final PacedConnections connections;
  private final Reaper reaper;

  private HttpServer(WebServer server, PacedConnections connections, Reaper reaper) {
    this.server = server;
    this.connections = connections;
    this.reaper = reaper;
  }

  /// What the server serves, and what stands around it.
  ///
  /// @param nanoTime a clock that only runs forward, in nanoseconds
  public record Parts(
      List<Route> routes,
      Gate gate,
      ErrorMapping errors,
      ServerMetrics metrics,
      LongSupplier nanoTime) {
    public Parts {
      routes = List.copyOf(routes);
    }
  }

  /// Listens, and returns when connections are accepted.
  ///
  /// @throws IllegalStateException where it can't listen
  public static HttpServer start(HttpSettings settings, Parts parts) {
    Dispatcher dispatcher = new Dispatcher(parts);
    WireRouting routing = new WireRouting(dispatcher);
    Reaper reaper = new Reaper(REAPER_PERIOD, parts.nanoTime());
    PacedConnections connections = connections(settings.timeouts(), parts, reaper, routing);
    NoDiscovery.begin();
    WebServer server =
        WebServer.builder()
            .host(settings.host())
            .port(settings.port())
            .shutdownHook(false)
            .featuresDiscoverServices(false)
            .protocolsDiscoverServices(false)
            .mediaContext(NoDiscovery.mediaContext())
            .contentEncoding(NoDiscovery.contentEncoding())
            .addConnectionSelector(connections)
            .directHandlers(new FrameworkErrors(parts.errors()).handlers())
            .errorHandling(ErrorHandling.builder().includeEntity(true).build())
            .maxPayloadSize(bodyBytesMax(parts.routes()))
            .writeBufferSize(HttpSettings.PIECE_BYTES)
            .maxTcpConnections(settings.connectionsMax())
            .shutdownGracePeriod(settings.timeouts().grace())
            .connectionOptions(SocketOptions.builder().tcpNoDelay(true).build())
            .build();
    server.start();
    if (!server.isRunning()) {
      reaper.close();
      throw new IllegalStateException("can't listen on " + settings.host() + ":" + settings.port());
    }
    return new HttpServer(server, connections, reaper);
  }

  private static PacedConnections connections(
      HttpSettings.Timeouts timeouts, Parts parts, Reaper reaper, WireRouting routing) {
    return new PacedConnections(
        http1(), () -> new Pace(timeouts, parts.nanoTime()), reaper, new OnlyRouting(routing));
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

  public int port() {
    return server.port();
  }

  /// Stops accepting, answers what has been sent and what is in flight within the grace period,
  /// then closes the rest. Who keeps a connection open without asking for anything is not waited
  /// for.
  @Override
  public void close() {
    connections.end();
    reaper.hurry();
    server.stop();
    reaper.close();
  }
}
