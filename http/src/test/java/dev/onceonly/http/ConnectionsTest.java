package dev.onceonly.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.account.Role;
import dev.onceonly.http.HttpSettings.Timeouts;
import dev.onceonly.http.memory.BytePool;
import dev.onceonly.http.memory.Holding;
import dev.onceonly.http.memory.MemoryBudget;
import dev.onceonly.http.observe.AccessLog;
import dev.onceonly.http.observe.ServerMetrics;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class ConnectionsTest {
  private static final Duration SHORT = Duration.ofMillis(100);
  private static final long FULL_NANOS = 300_000_000;
  private static final long PATIENCE_NANOS = 20_000_000_000L;

  private final Connections connections = new Connections(4);

  @Test
  void aPeerThatTakesNoFarewellIsClosedAllTheSame() throws IOException, InterruptedException {
    try (ServerSocketChannel listening = ServerSocketChannel.open();
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      try (SocketChannel peer = SocketChannel.open(listening.getLocalAddress());
          SocketChannel accepted = listening.accept();
          Reaper _ = new Reaper(connections, SHORT, System::nanoTime)) {
        fill(accepted);
        connections.awaitPlace();
        PacedConnection connection = connection(new Wire(new PlainLink(accepted)), executor);
        connections.opened(connection);
        Thread.ofVirtual().start(connection);
        awaitNone();
        assertThat(accepted.isOpen()).isFalse();
        assertThat(peer.isOpen()).isTrue();
      }
    }
  }

  private PacedConnection connection(Wire wire, ExecutorService executor) {
    Timeouts timeouts = new Timeouts(SHORT, SHORT, SHORT, SHORT, SHORT);
    ListenerParts listening = ListenerParts.of(DirectHandlers.builder().build(), 1, executor);
    HttpServer.Parts parts =
        new HttpServer.Parts(
            List.of(),
            (_, _) -> TestServer.caller(Role.ADMIN),
            TestServer.errors(503),
            new ServerMetrics(),
            new AccessLog(false),
            System::nanoTime);
    MemoryBudget budget = new MemoryBudget(4, new BytePool(1), new BytePool(1));
    return new PacedConnection(
        wire,
        connections,
        Http1ConnectionSelector.builder().config(Http1Config.create()).build(),
        place ->
            new PacedContext(
                wire,
                new Pace(timeouts, System::nanoTime),
                new Holding(budget),
                place,
                new PacedContext.Surroundings(
                    listening, new OnlyRouting(new WireRouting(new Dispatcher(parts))))));
  }

  // Until the kernel takes no more for a peer that reads nothing.
  private static void fill(SocketChannel channel) throws IOException {
    channel.configureBlocking(false);
    long taken = System.nanoTime();
    while (System.nanoTime() - taken < FULL_NANOS) {
      if (channel.write(ByteBuffer.allocate(1_024)) > 0) {
        taken = System.nanoTime();
      }
    }
    channel.configureBlocking(true);
  }

  private void awaitNone() {
    long start = System.nanoTime();
    while (!connections.all().isEmpty()) {
      assertThat(System.nanoTime() - start).isLessThan(PATIENCE_NANOS);
      Thread.onSpinWait();
    }
  }
}
