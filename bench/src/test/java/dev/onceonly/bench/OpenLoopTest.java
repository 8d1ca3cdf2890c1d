package dev.onceonly.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class OpenLoopTest {
  private static final int RATE = 500;
  private static final Timing ONE_SECOND =
      new Timing(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(5));

  @Test
  void everyArrivalOfTheScheduleIsSentAndAnswered() throws IOException {
    try (FakeServer server = FakeServer.right()) {
      Measured measured = run(server, 16);
      assertThat(measured.faults()).isEqualTo(new Faults(0, ""));
      assertThat(server.handled()).isEqualTo(RATE);
      assertThat(measured.flow().offeredPerSecond()).isEqualTo(RATE);
      // Those that were answered within the second; a busy machine answers some later.
      assertThat(measured.flow().requests()).isBetween(1L, (long) RATE);
    }
  }

  @Test
  void stallIsSeenByAllWhoArriveDuringIt() throws IOException {
    FakeOnceOnly product = new FakeOnceOnly();
    AtomicLong calls = new AtomicLong();
    Object door = new Object();
    FakeServer.Handler stalling =
        request -> {
          synchronized (door) {
            if (calls.incrementAndGet() == 100) {
              Thread.sleep(200);
            }
            return FakeServer.ok(product.answer(request));
          }
        };
    try (FakeServer server = FakeServer.start(0, stalling)) {
      // Four connections only: whoever finds none idle is not sent, and its wait must count all the
      // same.
      Measured measured = run(server, 4);
      assertThat(measured.faults()).isEqualTo(new Faults(0, ""));
      assertThat(server.handled()).isEqualTo(RATE);
      assertThat(measured.latency().maxUs()).isGreaterThanOrEqualTo(195_000.0);
      // 200 of 1,000 ms: of all arrivals a fifth waits, and the last 1 % of them nearly all of it.
      // There is no upper bound: what a busy machine adds is latency too.
      assertThat(measured.latency().p99Us()).isGreaterThanOrEqualTo(180_000.0);
      assertThat(measured.latency().p50Us()).isLessThan(measured.latency().p99Us());
    }
  }

  private static Measured run(FakeServer server, int connections) throws IOException {
    Workload workload = new NewKeys(new SplittableRandom());
    return OpenLoop.run(server.subject(), workload, connections, RATE, ONE_SECOND);
  }
}
