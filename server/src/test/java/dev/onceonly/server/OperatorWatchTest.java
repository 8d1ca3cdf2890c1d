package dev.onceonly.server;

import dev.onceonly.testkit.Await;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// What watches for the operator goes on whatever it meets.
class OperatorWatchTest {
  @Test
  void aLookThatFailsIsNotTheLast() {
    AtomicInteger looks = new AtomicInteger();
    OperatorWatch.State state =
        new OperatorWatch.State(
            () -> {
              if (looks.incrementAndGet() == 1) {
                throw new IllegalStateException("on purpose");
              }
              return false;
            },
            () -> false,
            () -> {});
    try (OperatorWatch watch = new OperatorWatch(state, _ -> "default")) {
      watch.start();

      Await.until(() -> looks.get() > 1);
    }
  }
}
