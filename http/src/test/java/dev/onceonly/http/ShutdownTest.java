package dev.onceonly.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.http.HttpSettings.Timeouts;
import dev.onceonly.http.memory.MemoryBudget;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ShutdownTest {
  private static final Timeouts DEFAULT = Timeouts.DEFAULT;

  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  private Reply held(Request request) {
    entered.countDown();
    try {
      boolean inTime = released.await(30, TimeUnit.SECONDS);
      return Reply.ok(Map.of("released", inTime));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Reply.json(500, Map.of());
    }
  }

  private TestServer server(Duration grace) {
    Timeouts timeouts =
        new Timeouts(DEFAULT.headers(), DEFAULT.body(), DEFAULT.answer(), DEFAULT.idle(), grace);
    return new TestServer(
        HttpSettings.on("127.0.0.1", 0).withTimeouts(timeouts),
        Route.open("/held", this::held),
        Route.open("/page", _ -> Reply.ok(Map.of())));
  }

  @Test
  void requestInFlightIsFinishedAndNothingNewIsTaken() throws InterruptedException {
    TestServer server = server(Duration.ofSeconds(20));
    int port = server.port();
    try (RawClient inFlight = new RawClient(port);
        RawClient idle = new RawClient(port)) {
      assertThat(idle.request("GET /page", "").answer().status()).isEqualTo(200);
      inFlight.request("GET /held", "");
      assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
      Thread stopping = Thread.ofVirtual().start(server::close);
      assertThat(idle.isEnded()).isTrue();
      assertThat(isRefusedSoon(port)).isTrue();
      released.countDown();
      RawClient.Answer answer = inFlight.answer();
      assertThat(answer.body()).isEqualTo("{\"released\":true}");
      assertThat(answer.closes()).isTrue();
      assertThat(inFlight.isEnded()).isTrue();
      assertThat(stopping.join(Duration.ofSeconds(15))).isTrue();
    }
  }

  // The kernel takes connections until the accepting thread has noticed that its socket is closed.
  private static boolean isRefusedSoon(int port) throws InterruptedException {
    for (int tries = 0; tries < 200; tries++) {
      try {
        new RawClient(port).close();
        Thread.sleep(20);
      } catch (UncheckedIOException refused) {
        return true;
      }
    }
    return false;
  }

  @Test
  void graceHasAnEnd() throws InterruptedException {
    TestServer server = server(Duration.ofMillis(300));
    try (RawClient client = new RawClient(server.port())) {
      client.request("GET /held", "");
      assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
      long started = System.nanoTime();
      server.close();
      assertThat(System.nanoTime() - started).isLessThan(TimeUnit.SECONDS.toNanos(10));
    }
  }

  @Test
  void portThatIsTakenFailsTheStart() {
    try (TestServer server = server(Duration.ofMillis(300))) {
      assertThatThrownBy(() -> new TestServer(HttpSettings.on("127.0.0.1", server.port())))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("127.0.0.1:" + server.port());
    }
  }

  @Test
  void settingsAreChecked() {
    assertThatThrownBy(() -> HttpSettings.on("a", 65_536)).hasMessageContaining("65536");
    assertThatThrownBy(() -> MemoryBudget.ofHeap(1L << 28).withConnectionsMax(0))
        .hasMessageContaining("connectionsMax");
  }
}
