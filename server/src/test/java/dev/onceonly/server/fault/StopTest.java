package dev.onceonly.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.server.fault.Attempt.Act;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// SIGTERM under load: whoever was heard is answered.
@Timeout(180)
class StopTest {
  private static final int WAITERS = 8;

  /// Half of the grace that is the default: nobody's silence uses it up.
  private static final Duration STOP_MAX = Duration.ofSeconds(5);

  @TempDir Path dir;

  @Test
  void everyRequestIsAnsweredAndWaitersTooWhenTheServerIsStopped() throws Exception {
    Path data = Files.createDirectory(dir.resolve("data"));
    List<String> apiKeys = List.of(ServerProcess.API_KEY);
    Observer observer = new Observer();
    Load load = new Load(apiKeys, 4, observer);
    Place awaited = new Place(Place.Kind.LEASE, 0, "awaited");
    ServerProcess server = ServerProcess.serve(data, Map.of());
    try (ApiClient client = new ApiClient(server.port(), apiKeys)) {
      assertThat(client.send(new Attempt(Act.ACQUIRE, awaited, null, null)).text("status"))
          .isEqualTo("acquired");
    }
    try (ExecutorService waiters = Executors.newFixedThreadPool(WAITERS);
        Socket silent = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      List<Future<Answer>> waiting = new ArrayList<>();
      for (int i = 0; i < WAITERS; i++) {
        waiting.add(waiters.submit(() -> await(server.port(), apiKeys, awaited)));
      }
      load.start(server.port());
      load.await(500);
      long began = System.nanoTime();
      server.terminate();
      assertThat(server.awaitEnd()).isZero();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(STOP_MAX);
      load.join();
      for (Future<Answer> waiter : waiting) {
        assertThat(waiter.get().text("status")).isEqualTo("in_progress");
      }
      assertThat(silent.getInputStream().readAllBytes()).asString().startsWith("HTTP/1.1 408 ");
    }
    assertThat(observer.refused()).isEmpty();
    assertThat(observer.unanswered())
        .allSatisfy(unanswered -> assertThat(unheard(unanswered.reason())).isTrue());
    // The lease that the waiters wait for was asked for beside the load.
    assertThat(requestsCounted(data)).isEqualTo(observer.grantsAsked() + 1);
    restartTwice(data, observer.ledger);
  }

  /// Whether the server can't have read the request: it was refused the connection, or it had one
  /// that still waited to be accepted when the server stopped listening.
  private static boolean unheard(IOException reason) {
    return reason instanceof ConnectException
        || (reason instanceof WireClient.NoAnswer noAnswer && noAnswer.onNewConnection);
  }

  /// Every request for a lock or a lease that the server has heard, from what it keeps: had it
  /// carried out one without answering, there would be more than answers.
  private static long requestsCounted(Path data) throws IOException {
    try (ServerProcess server = ServerProcess.serve(data, Map.of());
        WireClient wire = new WireClient(server.port())) {
      JsonNode usage = wire.get(ServerProcess.API_KEY, "/v1/usage/all").body();
      return Stream.of("make", "ai")
          .mapToLong(kind -> usage.path(kind).path("requests_total_month").asLong())
          .sum();
    }
  }

  private static Answer await(int port, List<String> apiKeys, Place lease) throws IOException {
    try (ApiClient client = new ApiClient(port, apiKeys)) {
      return client.status(lease, 50);
    }
  }

  private static void restartTwice(Path data, Ledger ledger) throws Exception {
    for (int start = 0; start < 2; start++) {
      try (ServerProcess server = ServerProcess.serve(data, Map.of());
          ApiClient client = new ApiClient(server.port(), List.of(ServerProcess.API_KEY))) {
        assertThat(Inspection.lost(client, ledger, ledger.places())).isEmpty();
      }
    }
    assertThat(ledger.wonTwice()).isEmpty();
  }
}
