package dev.onceonly.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.service.ToolDispatcher.Outcome;
import dev.onceonly.core.service.ToolDispatcher.Outcome.Executed;
import dev.onceonly.core.service.ToolDispatcher.Outcome.Unknown;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Calls at once, on virtual threads.
final class ConcurrentCallsTest {
  private static final int CALLS = 100;

  @TempDir private Path folder;

  @Test
  void aHundredCallsAreOnTheirWayAtOnceAndEachGetsItsOwnAnswer() throws Exception {
    CountDownLatch allThere = new CountDownLatch(CALLS);
    try (Calls calls = new Calls(folder);
        RawTool tool =
            RawTool.serving((it, socket) -> {
              for (RawTool.Received request = it.read(socket);
                  request != null;
                  request = it.read(socket)) {
                allThere.countDown();
                await(allThere);
                String key = request.header("X-OnceOnly-Run-Id");
                RawTool.send(socket, RawTool.ok("{\"run\":\"" + key + "\"}"));
              }
            })) {
      for (int round = 0; round < 5; round++) {
        List<Future<Outcome>> all = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
          for (int i = 0; i < CALLS; i++) {
            String run = "run-" + i;
            all.add(
                threads.submit(() ->
                    calls
                        .dispatcher()
                        .dispatch(calls.orderOfRun(tool.url(), run), new Calls.Counting())));
          }
        }
        for (int i = 0; i < CALLS; i++) {
          assertThat(all.get(i).get())
              .isEqualTo(new Executed(1, 200, "{\"run\":\"run-" + i + "\"}"));
        }
      }
      // The first round makes a connection each; the others find them idle.
      assertThat(tool.connections()).isEqualTo(CALLS);
    }
  }

  @Test
  void toolsThatNeverAnswerHoldUpNobodyElse() throws Exception {
    try (Calls calls = new Calls(folder);
        RawTool stuck = RawTool.answering((_, _) -> {});
        RawTool quick = RawTool.answeringAlways(RawTool.ok("{}"));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      calls.call(quick.url(), 0);
      List<Future<Outcome>> all = new ArrayList<>();
      for (int i = 0; i < CALLS; i++) {
        all.add(threads.submit(() -> calls.call(stuck.url(), 3_000, 0)));
      }
      for (int i = 0; i < 20; i++) {
        assertThat(calls.call(quick.url(), 0)).isEqualTo(new Executed(1, 200, "{}"));
      }
      for (Future<Outcome> one : all) {
        assertThat(one.get()).isEqualTo(new Unknown(1, null, "timeout"));
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
