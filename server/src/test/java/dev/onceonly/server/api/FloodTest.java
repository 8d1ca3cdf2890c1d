package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// One namespace asks for more than its share of the queue; the others don't notice.
class FloodTest {
  private static final int CALLERS = 32;
  private static final int CALLS_OF_THE_QUIET = 60;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @RegisterExtension
  static final LiveServer SERVER =
      LiveServer.with(
          Map.of(
              "queue_max_steps", "64",
              "queue_max_steps_per_namespace", "2",
              "batch_max_steps", "1"));

  @Test
  void aFloodIsRefusedWhileAnotherNamespaceGoesOn() {
    Client flooding = SERVER.namespace("flooding", "unlimited");
    Client quiet = SERVER.namespace("quiet", "unlimited");
    Flood flood = new Flood(flooding);
    long start = System.nanoTime();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < CALLERS; i++) {
        threads.execute(flood::call);
      }
      int served = 0;
      while (served < CALLS_OF_THE_QUIET || flood.refusedKeys.isEmpty()) {
        assertThat(quiet.post("/v1/check-lock", "key", "k" + served).text("/status"))
            .isEqualTo("locked");
        served++;
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE);
      }
      flood.over.set(true);
    }

    assertThat(flood.unexpected).isEmpty();
    assertThat(flood.served.get()).isPositive();
    // What was refused was not held.
    for (String key : flood.refusedKeys.stream().limit(20).toList()) {
      assertThat(flooding.post("/v1/check-lock", "key", key).text("/status")).isEqualTo("locked");
    }
    assertThat(flooding.get("/v1/usage").number("/usage")).isZero();
  }

  /// Callers that ask as fast as they are answered, each time for a key of its own.
  private static final class Flood {
    private final Client client;
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger keys = new AtomicInteger();
    private final AtomicInteger served = new AtomicInteger();
    private final Queue<String> refusedKeys = new ConcurrentLinkedQueue<>();
    private final Queue<String> unexpected = new ConcurrentLinkedQueue<>();

    Flood(Client client) {
      this.client = client;
    }

    void call() {
      while (!over.get()) {
        String key = "f" + keys.incrementAndGet();
        Answer answer = client.post("/v1/check-lock", "key", key);
        if (answer.status() == 200) {
          served.incrementAndGet();
        } else if (answer.status() == 429
            && answer.body().equals("{\"detail\":{\"error\":\"overloaded\"}}")
            && "1".equals(answer.header("Retry-After"))) {
          refusedKeys.add(key);
        } else {
          unexpected.add(answer.toString());
        }
      }
    }
  }
}
