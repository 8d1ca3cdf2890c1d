package dev.onceonly.server.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.govern.ToolKey;
import dev.onceonly.core.govern.ToolRow;
import dev.onceonly.core.service.CallAnswer;
import dev.onceonly.core.service.Calls;
import dev.onceonly.core.service.GovernedCalls;
import dev.onceonly.core.service.KillSwitch;
import dev.onceonly.core.service.Store;
import dev.onceonly.core.service.ToolDispatcher;
import dev.onceonly.http.api.JsonToolBody;
import dev.onceonly.testkit.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a worker that comes later finds out about actions of which nobody recorded the end, with
/// governed calls as they are.
final class RunRecoveryTest {
  private final AtomicLong random = new AtomicLong(1);
  private final List<String> dispatched = new CopyOnWriteArrayList<>();
  private final CountDownLatch never = new CountDownLatch(1);
  private final AtomicInteger lost = new AtomicInteger();

  @Test
  void anExecutedActionIsNotDispatchedAgainHoweverLateItsWorkerComes(@TempDir Path data)
      throws Exception {
    try (RunStand stand = new RunStand(data, this::callsThatAreLostOnce)) {
      register(stand);
      stand.start();
      stand.run("k", "step", "step");
      Await.until(() -> lost.get() == 1);
      stand.time.advance(Duration.ofDays(6));

      stand.startAnother();

      assertThat(stand.ended("k")).isEqualTo("completed");
      assertThat(stand.result("k")).contains("\"executed\":2", "\"decision\":\"dedup\"");
      assertThat(dispatched).hasSize(2).doesNotHaveDuplicates();
      never.countDown();
    }
  }

  @Test
  void aRunOfAForgottenKeyIsARunLikeAnyOther(@TempDir Path data) {
    lost.set(1);
    try (RunStand stand = new RunStand(data, this::callsThatAreLostOnce)) {
      register(stand);
      stand.start();
      stand.run("k", "step");
      assertThat(stand.ended("k")).isEqualTo("completed");
      stand.time.advance(Duration.ofDays(8));

      stand.run("k", "step");

      assertThat(stand.ended("k")).isEqualTo("completed");
      assertThat(stand.result("k")).contains("\"decision\":\"executed\"");
      assertThat(dispatched).hasSize(2).doesNotHaveDuplicates();
    }
  }

  /// The first answer never reaches the worker, as when it is killed after the tool's answer was
  /// saved.
  private Calls callsThatAreLostOnce(Store store, KillSwitch killSwitch) {
    GovernedCalls calls =
        new GovernedCalls(
            store,
            new GovernedCalls.Parts(
                this::dispatch,
                killSwitch,
                new JsonToolBody(),
                new GovernedCalls.Means(
                    () -> random.addAndGet(2), Thread::startVirtualThread, (_, _) -> {}),
                _ -> RunStand.PLAN,
                _ -> false),
            GovernedCalls.Limits.DEFAULT);
    return call -> {
      CallAnswer answer = calls.call(call);
      if (lost.getAndIncrement() == 0) {
        try {
          never.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      return answer;
    };
  }

  private ToolDispatcher.Outcome dispatch(
      ToolDispatcher.Order order, ToolDispatcher.Attempts attempts) {
    assertThat(attempts.begin(1)).isTrue();
    dispatched.add(order.idempotencyKey());
    attempts.end();
    return new ToolDispatcher.Outcome.Executed(1, 200, "{\"n\":1}");
  }

  private static void register(RunStand stand) {
    ToolRow.Secret secret = new ToolRow.Secret("c2VhbGVk", "sec_00000001", "***xyz");
    stand.put(
        ToolKey.global(1, "step"),
        new ToolRow(
            new ToolRow.Endpoint("https://tools.example.org/step", secret, null, false),
            new ToolRow.Delivery(1_000, 2),
            true,
            null,
            1));
  }
}
