package dev.onceonly.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Many callers of one client and one key.
@Timeout(60)
final class ParallelCallersTest {
  private static final int CALLERS = 64;

  // Virtual threads where the running Java has them; this library itself is compiled for one
  // without.
  private static ExecutorService callers() {
    try {
      return (ExecutorService)
          Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    } catch (ReflectiveOperationException e) {
      return Executors.newFixedThreadPool(CALLERS);
    }
  }

  @Test
  void oneOfSixtyFourLocks() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    FakeServer server =
        new FakeServer(request ->
            CompletableFuture.supplyAsync(() ->
                FakeServer.ok(
                    asked.getAndIncrement() == 0
                        ? "{\"status\":\"locked\"}"
                        : "{\"status\":\"duplicate\"}")));
    ExecutorService threads = callers();
    try (OnceOnly client = server.client()) {
      List<Future<CheckLockResult>> calls = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        calls.add(threads.submit(() -> client.checkLock("k")));
      }
      int locked = 0;
      for (Future<CheckLockResult> call : calls) {
        locked += call.get().locked() ? 1 : 0;
      }
      assertThat(locked).isEqualTo(1);
    } finally {
      threads.shutdownNow();
    }
    assertThat(server.requests.stream().map(r -> r.headers().get("X-OnceOnly-Attempt-Id")))
        .doesNotHaveDuplicates()
        .hasSize(CALLERS);
  }
}
