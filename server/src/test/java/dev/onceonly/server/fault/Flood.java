package dev.onceonly.server.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/// Callers of several namespaces who fill a server's queue: each asks for new locks, and again at
/// once when it is refused. Ends when it is told to.
final class Flood {
  private final int port;
  private final List<String> apiKeys;
  private final int callersEach;
  private final AtomicLong asked = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final List<Thread> callers = new ArrayList<>();
  private volatile boolean ending;

  /// That many callers for each API key.
  Flood(int port, List<String> apiKeys, int callersEach) {
    this.port = port;
    this.apiKeys = apiKeys;
    this.callersEach = callersEach;
  }

  void begin() {
    ending = false;
    for (String apiKey : apiKeys) {
      for (int i = 0; i < callersEach; i++) {
        callers.add(Thread.ofVirtual().start(() -> run(apiKey)));
      }
    }
  }

  /// How often the queue was full.
  long refused() {
    return refused.get();
  }

  private void run(String apiKey) {
    try (WireClient wire = new WireClient(port)) {
      while (!ending) {
        String key = "flood-" + System.nanoTime() + "-" + asked.incrementAndGet();
        int status = wire.post(apiKey, "/v1/check-lock", Map.of("key", key, "ttl", 60)).status();
        if (status == 429) {
          refused.incrementAndGet();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Waits until every caller has ended.
  void end() throws InterruptedException {
    ending = true;
    for (Thread caller : callers) {
      caller.join();
    }
    callers.clear();
  }
}
