package dev.onceonly.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.Router;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1Connection;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.util.Set;
import java.util.function.Supplier;

/// Makes HTTP/1.1 connections with a [Pace].
final class PacedConnections implements ServerConnectionSelector {
  private final Http1ConnectionSelector http1;
  private final Supplier<Pace> paces;
  private final Reaper reaper;
  private final Router router;
  private volatile boolean ending;

  PacedConnections(Http1Config config, Supplier<Pace> paces, Reaper reaper, Router router) {
    this.http1 = Http1ConnectionSelector.builder().config(config).build();
    this.paces = paces;
    this.reaper = reaper;
    this.router = router;
  }

  /// Connections that are accepted from now on get one answer.
  void end() {
    ending = true;
  }

  @Override
  public int bytesToIdentifyConnection() {
    return http1.bytesToIdentifyConnection();
  }

  @Override
  public Support supports(BufferData data) {
    return http1.supports(data);
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return http1.supportedApplicationProtocols();
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    PacedContext paced = new PacedContext(context, paces.get(), router);
    if (ending) {
      paced.end();
    }
    return new PacedConnection((Http1Connection) http1.connection(paced), paced, reaper);
  }
}
