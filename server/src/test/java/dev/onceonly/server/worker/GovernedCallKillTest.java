package dev.onceonly.server.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.server.api.Answer;
import dev.onceonly.server.api.Client;
import dev.onceonly.server.api.UtcBorder;
import dev.onceonly.testkit.Await;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A server is killed (SIGKILL) while governed calls are on their way, again and again: every call
/// that has reserved something ends executed, failed or unknown, the tool sees one idempotency key
/// for each, and once the unknown ones are resolved by what the tool knows, the budget agrees to
/// the cent.
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class GovernedCallKillTest {
  private static final boolean FULL_LENGTH =
      "full".equals(System.getProperty("onceonly.test.length"));
  private static final int KILLS = FULL_LENGTH ? 100 : 5;
  private static final Duration TEST_MAX = Duration.ofMinutes(FULL_LENGTH ? 30 : 5);
  private static final int CALLERS = 8;
  private static final int ANSWERS_MAX = 40;
  private static final long SEED = 20_261_126;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger executed = new AtomicInteger();

  @Test
  void everyCallEndsAndTheBudgetAgreesWithTheToolsLedger(@TempDir Path dir) throws Exception {
    // At the end it asks for what was spent on this day.
    UtcBorder.pass(ChronoUnit.DAYS, TEST_MAX);
    Path data = Files.createDirectory(dir.resolve("data"));
    try (StepLedger ledger = new StepLedger()) {
      KilledServer server = KilledServer.start(data);
      register(client(server), ledger);
      for (int kill = 0; kill < KILLS; kill++) {
        List<CompletableFuture<Void>> callers = callers(client(server));
        int enough = executed.get() + 1 + random.nextInt(ANSWERS_MAX);
        Await.until(() -> executed.get() >= enough);
        server.kill();
        callers.forEach(CompletableFuture::join);
        server = KilledServer.start(data);
      }
      Client client = client(server);
      Await.until(() -> client.get("/v1/calls", "state", "reserved").number("/total") == 0);
      int resolved = resolve(client, ledger);
      check(client, ledger);
      server.close();
      System.out.printf(
          "%d kills: %d calls asked for, %d answered as executed, %d resolved by the ledger%n",
          KILLS, asked.get(), executed.get(), resolved);
      assertThat(executed.get()).isGreaterThanOrEqualTo(KILLS);
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
            "max_retries",
            1,
            "auth",
            Map.of("type", "hmac_sha256", "secret", "a-secret-of-tests"));
    assertThat(registered.status()).as(registered.body()).isEqualTo(200);
  }

  /// Callers that ask until the server is gone; none asks twice for the same.
  private List<CompletableFuture<Void>> callers(Client client) {
    List<CompletableFuture<Void>> callers = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      callers.add(CompletableFuture.runAsync(() -> ask(client), Thread.ofVirtual()::start));
    }
    return callers;
  }

  private void ask(Client client) {
    while (true) {
      Map<String, Object> args = Map.of("run", "call-" + asked.incrementAndGet(), "step", 1);
      try {
        Answer answer =
            client.post(
                "/v1/ai/run", "agent_id", "bot", "tool", "step", "args", args, "spend_usd", 0.01);
        if (answer.status() == 200 && answer.text("/decision").equals("executed")) {
          executed.incrementAndGet();
        }
      } catch (UncheckedIOException gone) {
        return;
      }
    }
  }

  /// Settles what is unknown by what the tool knows.
  private int resolve(Client client, StepLedger ledger) {
    Set<String> acted = keys(ledger);
    int resolved = 0;
    Answer unknown = client.get("/v1/calls", "state", "unknown", "limit", "500");
    while (unknown.number("/total") > 0) {
      for (JsonNode call : unknown.json().path("items")) {
        String outcome =
            acted.contains(call.path("idempotency_key").asString()) ? "executed" : "failed";
        String path = "/v1/calls/" + call.path("call_id").asString() + "/resolve";
        assertThat(client.post(path, "outcome", outcome).status()).isEqualTo(200);
        resolved++;
      }
      unknown = client.get("/v1/calls", "state", "unknown", "limit", "500");
    }
    return resolved;
  }

  private Set<String> keys(StepLedger ledger) {
    Set<String> keys = new TreeSet<>();
    for (int number = 1; number <= asked.get(); number++) {
      ledger.arrivals("call-" + number).forEach(arrival -> keys.add(arrival.idempotencyKey()));
    }
    return keys;
  }

  private void check(Client client, StepLedger ledger) {
    for (int number = 1; number <= asked.get(); number++) {
      assertThat(ledger.arrivals("call-" + number))
          .extracting(StepLedger.Arrival::idempotencyKey)
          .as("keys of call-" + number)
          .satisfies(keys -> assertThat(new TreeSet<>(keys)).hasSizeLessThanOrEqualTo(1));
    }
    int acted = keys(ledger).size();
    long done = client.get("/v1/calls", "state", "executed").number("/total");
    assertThat(done).as("executed, as the tool has it").isEqualTo(acted);
    BigDecimal spent = client.get("/v1/agents/bot").json().path("spend_usd_today").decimalValue();
    assertThat(spent).isEqualByComparingTo(BigDecimal.valueOf(done, 2));
  }
}
