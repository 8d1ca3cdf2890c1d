package dev.onceonly.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.sdk.error.NetworkException;
import dev.onceonly.sdk.error.ProtocolException;
import dev.onceonly.sdk.error.RequestTimeoutException;
import dev.onceonly.sdk.transport.TransportAnswer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Requests that the server may hold never starve the others.
@Timeout(60)
final class HeldCallsTest {
  private static final String RUNS = "{\"ok\":true,\"status\":\"in_progress\"}";

  /// A server that holds what has a `wait`, and answers all else.
  private static FakeServer holding() {
    return new FakeServer(request -> {
      String query = request.uri().getRawQuery();
      if (query != null && query.contains("wait=")) {
        return new CompletableFuture<>();
      }
      return CompletableFuture.completedFuture(
          FakeServer.ok(
              request.uri().getPath().endsWith("/check-lock") ? "{\"status\":\"locked\"}" : RUNS));
    });
  }

  private static long held(FakeServer server) {
    return server.requests.stream()
        .filter(request -> String.valueOf(request.uri().getRawQuery()).contains("wait="))
        .count();
  }

  private static void check(int connections, int heldMost) throws InterruptedException {
    FakeServer server = holding();
    List<CompletableFuture<AiResult>> waits = new ArrayList<>();
    try (OnceOnly client = server.builder().maxConnections(connections).failOpen(false).build()) {
      for (int i = 0; i < connections + 2; i++) {
        waits.add(client.async().ai().awaitResult("k" + i));
      }
      while (server.requests.size() < connections + 2) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      assertThat(client.checkLock("free").locked()).isTrue();
      assertThat(held(server)).isEqualTo(heldMost);
    }
    assertThat(waits).allMatch(CompletableFuture::isCompletedExceptionally);
  }

  @Test
  void halfOfTheConnectionsAtMostAreHeld() throws InterruptedException {
    check(1, 0);
    check(2, 1);
    check(3, 1);
    check(8, 4);
  }

  @Test
  void aHeldConnectionThatIsFreeAgainIsHeldAgain() {
    FakeServer server =
        FakeServer.answering("{\"ok\":true,\"status\":\"completed\",\"result\":{}}");
    try (OnceOnly client = server.builder().maxConnections(2).build()) {
      for (int i = 0; i < 3; i++) {
        assertThat(client.ai().status("k", Duration.ofSeconds(5)).isDone()).isTrue();
        assertThat(client.async().ai().status("k", Duration.ofSeconds(5)).join().isDone()).isTrue();
      }
    }
    assertThat(held(server)).isEqualTo(6);
  }

  @Test
  void aLockThatHasWaitedInVainForAConnectionNeverFailsOpen() {
    FakeServer server = FakeServer.silent();
    try (OnceOnly client =
        server.builder().maxConnections(1).timeout(Duration.ofMillis(300)).build()) {
      CompletableFuture<AiRun> taken =
          client.async().ai().run("k", o -> o.ttl(Duration.ofSeconds(60)));
      assertThatThrownBy(() -> slow(server).checkLock("free"))
          .isInstanceOf(RequestTimeoutException.class)
          .hasMessageContaining("all 1 connections (maxConnections) were in use");
      taken.cancel(true);
    }
  }

  // One whose only connection is taken for longer than a lock waits for it.
  private static OnceOnly slow(FakeServer server) {
    OnceOnly client = server.builder().maxConnections(1).timeout(Duration.ofMillis(300)).build();
    var unused = client.async().ai().status("k", null);
    return client;
  }

  @Test
  void whatIsWrongOnThisSideIsNoNetworkErrorAndNeverFailsOpen() {
    FakeServer broken =
        new FakeServer(request -> {
          throw new IllegalArgumentException("a header that can't be sent");
        });
    try (OnceOnly client = broken.client()) {
      assertThatThrownBy(() -> client.checkLock("k")).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> client.checkLock("k", o -> o.requestId("a\nb")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("requestId must consist of visible ASCII characters");
      assertThatThrownBy(() -> client.checkLock("k", o -> o.ttl(Duration.ZERO)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void anAnswerAboutAnotherKeyIsNoAnswer() {
    FakeServer server = FakeServer.answering("{\"status\":\"locked\",\"key\":\"b\"}");
    try (OnceOnly client = server.client()) {
      assertThatThrownBy(() -> client.checkLock("a")).isInstanceOf(ProtocolException.class);
      assertThatThrownBy(() -> client.ai().status("a ä")).isInstanceOf(ProtocolException.class);
      assertThat(client.ai().status("b").key()).isEqualTo("b");
    }
  }

  @Test
  void aBatchThatIsNotAnsweredItemByItemIsRefusedAndAnItemThatSaysNothingAlone() {
    String one = "{\"status\":\"locked\",\"key\":\"a\",\"lock_id\":\"l\"}";
    for (String items : List.of("[]", "[" + one + "," + one + "]", "[" + one + ",7]")) {
      try (OnceOnly client = FakeServer.answering("{\"items\":" + items + "}").client()) {
        assertThatThrownBy(() -> client.checkLockBatch(List.of(LockItem.of("a"))))
            .isInstanceOf(ProtocolException.class);
      }
    }
    List<String> duplicates = new ArrayList<>();
    String told = "{\"status\":\"duplicate\",\"key\":\"c\"}";
    FakeServer server = FakeServer.answering("{\"items\":[" + one + ",{}," + told + "]}");
    try (OnceOnly client = server.builder().onDuplicate(e -> duplicates.add(e.key())).build()) {
      List<BatchItem> outcomes =
          client.checkLockBatch(List.of(LockItem.of("a"), LockItem.of("b"), LockItem.of("c")));
      assertThat(outcomes.get(0))
          .isInstanceOfSatisfying(
              CheckLockResult.class, lock -> assertThat(lock.lockId()).isEqualTo("l"));
      assertThat(outcomes.get(1))
          .isInstanceOfSatisfying(
              BatchItem.Refused.class,
              refused -> assertThat(refused.error()).isInstanceOf(ProtocolException.class));
    }
    assertThat(duplicates).containsExactly("c");
  }

  @Test
  void noErrorShowsTheKeyThatSomebodyOnTheWayHasRepeated() {
    FakeServer echo =
        new FakeServer(request ->
            CompletableFuture.completedFuture(
                new TransportAnswer(
                    403, Map.of(), "{\"detail\":{\"error\":\"no " + FakeServer.KEY + "\"}}")));
    FakeServer loud =
        new FakeServer(request ->
            CompletableFuture.failedFuture(new IOException("sent " + request.headers())));
    try (OnceOnly client = echo.client();
        OnceOnly other = loud.client()) {
      assertThatThrownBy(client::me)
          .isInstanceOf(dev.onceonly.sdk.error.ApiException.class)
          .hasMessage("no [API key]");
      assertThatThrownBy(other::me)
          .isInstanceOf(NetworkException.class)
          .hasMessageNotContaining(FakeServer.KEY)
          .hasNoCause();
    }
  }
}
