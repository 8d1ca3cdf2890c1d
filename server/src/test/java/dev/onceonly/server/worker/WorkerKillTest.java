package dev.onceonly.server.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.server.api.Answer;
import dev.onceonly.server.api.Client;
import dev.onceonly.server.worker.StepLedger.Arrival;
import dev.onceonly.testkit.Await;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A server is killed (SIGKILL) in the middle of runs, again and again: every run that it has
/// acknowledged finishes, each step reaches its tool with one idempotency key however often it
/// does, and no step does after the next one has begun.
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class WorkerKillTest {
  private static final boolean FULL_LENGTH =
      "full".equals(System.getProperty("onceonly.test.length"));
  private static final int KILLS = FULL_LENGTH ? 100 : 5;
  private static final int RUNS_EACH = 12;
  private static final int STEPS = 5;
  private static final long SEED = 20_261_126;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final Set<String> acknowledged = new LinkedHashSet<>();
  private int asked;
  private int interrupted;

  @Test
  void everyRunFinishesAndNoFinishedActionIsDispatchedAgain(@TempDir Path dir) throws Exception {
    Path data = Files.createDirectory(dir.resolve("data"));
    try (StepLedger ledger = new StepLedger()) {
      KilledServer server = KilledServer.start(data);
      register(client(server), ledger);
      for (int kill = 0; kill < KILLS; kill++) {
        int moment = ledger.count() + 1 + random.nextInt(RUNS_EACH * STEPS / 2);
        ask(client(server));
        Await.until(() -> ledger.count() >= moment);
        interrupted += unfinished(ledger);
        server.kill();
        server = KilledServer.start(data);
      }
      Client client = client(server);
      for (String run : acknowledged) {
        Answer ended = client.get("/v1/ai/result", "key", run, "wait", "60");
        assertThat(ended.text("/status")).as(run + ": " + ended.body()).isEqualTo("completed");
        assertThat(ended.number("/result/executed")).isEqualTo(STEPS);
      }
      for (String run : acknowledged) {
        inspect(run, ledger.arrivals(run));
      }
      server.close();
      System.out.printf(
          "%d kills: %d runs finished, of which %d were running when killed; %d requests for %d"
              + " steps%n",
          KILLS, acknowledged.size(), interrupted, ledger.count(), STEPS * acknowledged.size());
      assertThat(acknowledged).hasSizeGreaterThan(KILLS * RUNS_EACH / 2);
      assertThat(interrupted).as("runs that a kill has hit").isGreaterThanOrEqualTo(KILLS);
    }
  }

  private static Client client(KilledServer server) {
    return new Client(server.port(), KilledServer.API_KEY);
  }

  private static void register(Client client, StepLedger ledger) {
    Answer registered =
        client.post(
            "/v1/tools",
            "name",
            "step",
            "scope_id",
            "global",
            "url",
            ledger.url(),
            "auth",
            Map.of("type", "hmac_sha256", "secret", "a-secret-of-tests"));
    assertThat(registered.status()).as(registered.body()).isEqualTo(200);
  }

  private void ask(Client client) {
    for (int i = 0; i < RUNS_EACH; i++) {
      String run = "run-" + asked++;
      List<Map<String, Object>> actions = new ArrayList<>();
      for (int step = 1; step <= STEPS; step++) {
        actions.add(Map.of("tool", "step", "args", Map.of("run", run, "step", step)));
      }
      try {
        Answer answer =
            client.post("/v1/ai/run", "key", run, "metadata", Map.of("actions", actions));
        assertThat(answer.text("/status")).as(answer.body()).isEqualTo("acquired");
        acknowledged.add(run);
      } catch (UncheckedIOException e) {
        throw new AssertionError("the server is alive while it is asked", e);
      }
    }
  }

  private int unfinished(StepLedger ledger) {
    int begun = 0;
    for (String run : acknowledged) {
      List<Arrival> arrivals = ledger.arrivals(run);
      boolean ended = arrivals.stream().anyMatch(arrival -> arrival.step() == STEPS);
      begun += arrivals.isEmpty() || ended ? 0 : 1;
    }
    return begun;
  }

  private static void inspect(String run, List<Arrival> arrivals) {
    assertThat(arrivals)
        .extracting(Arrival::step)
        .as(run + " goes forward only: " + arrivals)
        .isSorted()
        .contains(1, 2, 3, 4, 5);
    for (int step = 1; step <= STEPS; step++) {
      int one = step;
      assertThat(arrivals.stream().filter(arrival -> arrival.step() == one))
          .extracting(Arrival::idempotencyKey)
          .as(run + ", step " + step)
          .doesNotContainNull()
          .containsOnly(
              arrivals.stream()
                  .filter(arrival -> arrival.step() == one)
                  .findFirst()
                  .orElseThrow()
                  .idempotencyKey());
    }
  }
}
