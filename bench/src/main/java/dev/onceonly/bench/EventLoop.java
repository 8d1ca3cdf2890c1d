package dev.onceonly.bench;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// All connections of one measurement on one selector. Runs on its caller's thread, and on no
/// other.
final class EventLoop implements Closeable {
  /// The longest wait of one poll; callers look at their clocks in between.
  private static final long POLL_MAX_MS = 10;

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

  /// Handles what is ready; waits for it for 10 ms at most, or until [#wakeup].
  void poll() throws IOException {
    selector.select(onReady, POLL_MAX_MS);
  }

  /// Ends the wait of the poll that is waiting, or of the next one. May be called from any thread.
  void wakeup() {
    selector.wakeup();
  }

  @Override
  public void close() throws IOException {
    for (Connection connection : connections) {
      connection.close();
    }
    selector.close();
  }
}
