package dev.onceonly.bench;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// All connections of one measurement on one selector. Runs on its caller's thread, and on no
/// other.
final class EventLoop implements Closeable {
  /// The longest wait of one [#poll]; callers look at their clocks in between.
  static final long POLL_MAX_NS = 10_000_000;

  private static final long MILLISECOND_NS = 1_000_000;
  private static final long SHORT_PARK_NS = 50_000;

  /// Told of every request that came to its end; [Connection#fault] says how.
  interface Answers {
    void answered(Connection connection, long nowNs);
  }

  private final Selector selector = Selector.open();
  private final List<Connection> connections = new ArrayList<>();
  private final Consumer<SelectionKey> onReady;

  private EventLoop(Answers answers) throws IOException {
    onReady =
        key -> {
          Connection connection = (Connection) key.attachment();
          if (connection.advance()) {
            answers.answered(connection, System.nanoTime());
          }
        };
  }

  static EventLoop open(Endpoint endpoint, Workload workload, int connections, Answers answers)
      throws IOException {
    EventLoop loop = new EventLoop(answers);
    try {
      for (int i = 0; i < connections; i++) {
        loop.connections.add(new Connection(endpoint, loop.selector, workload.script(endpoint)));
      }
      return loop;
    } catch (IOException e) {
      loop.close();
      throw e;
    }
  }

  List<Connection> connections() {
    return connections;
  }

  /// Handles what is ready, or waits for it for `timeoutNs` at most. The selector counts in whole
  /// milliseconds; a shorter wait is a short sleep before a look, which notices an answer up to
  /// about 0.1 ms late but leaves the core to the server, where spinning would not.
  void poll(long timeoutNs) throws IOException {
    if (timeoutNs >= MILLISECOND_NS) {
      selector.select(onReady, Math.min(timeoutNs, POLL_MAX_NS) / MILLISECOND_NS);
      return;
    }
    if (timeoutNs > 0) {
      LockSupport.parkNanos(Math.min(timeoutNs, SHORT_PARK_NS));
    }
    selector.selectNow(onReady);
  }

  @Override
  public void close() throws IOException {
    for (Connection connection : connections) {
      connection.close();
    }
    selector.close();
  }
}
