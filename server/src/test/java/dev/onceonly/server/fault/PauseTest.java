package dev.onceonly.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.server.fault.Attempt.Act;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A server under load stands still for longer than its leases last (SIGSTOP), at random moments,
/// and goes on (SIGCONT): what has run out meanwhile has run out, nobody's claim is given to two,
/// whoever comes late is refused, and calls and runs end as if nothing had been.
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class PauseTest {
  private static final boolean FULL_LENGTH =
      "full".equals(System.getProperty("onceonly.test.length"));
  private static final int PAUSES = FULL_LENGTH ? 30 : 2;

  /// The shortest lease that there is lasts 10 s.
  private static final Duration LEASE = Duration.ofSeconds(10);

  private static final int MORE_MS_MAX = 3_000;
  private static final int BETWEEN_MS_MAX = 4_000;
  private static final long SEED = 20_261_130;

  /// Keys that nobody else wants.
  private static final long FIRST_OF_OWNERS = 8_000;

  private static final long BRIEF = 8;

  private final SplittableRandom random = new SplittableRandom(SEED);

  @Test
  void noClaimHasTwoOwnersAfterThePause(@TempDir Path dir) throws Exception {
    Path data = Files.createDirectory(dir.resolve("data"));
    LocalDate firstDay = LocalDate.now(ZoneOffset.UTC);
    Ledger claims = new Ledger();
    try (RecordingTool tool = new RecordingTool();
        ServerProcess server = ServerProcess.serve(data, Map.of("ONCEONLY_DEV", "true"))) {
      GovernedLedger governed = new GovernedLedger(ServerProcess.API_KEY, tool);
      governed.prepare(server.port());
      GovernedLoad load = new GovernedLoad(ServerProcess.API_KEY, governed);
      Contention contention = new Contention(server.port(), claims);
      load.start(server.port());
      contention.begin(random.split());
      for (int pause = 0; pause < PAUSES; pause++) {
        rest(random.nextInt(BETWEEN_MS_MAX));
        pause(server, Place.of(Place.Kind.LEASE, 0, FIRST_OF_OWNERS + BRIEF * pause));
      }
      rest(BETWEEN_MS_MAX);
      contention.end();
      load.stop();
      assertThat(claims.wonTwice()).isEmpty();
      assertThat(governed.surprises()).isEmpty();
      assertThat(governed.lost(server.port())).isEmpty();
      boolean sameDay = LocalDate.now(ZoneOffset.UTC).equals(firstDay);
      governed.checkEnd(server.port(), sameDay);
      System.out.printf(
          "%d pauses: %,d answers about claims, %d late owners refused; %s%n",
          PAUSES, claims.answers(), contention.refusedLate(), governed);
    }
  }

  /// Stands still for longer than a lease lasts; its owner then meets another, and is refused.
  private void pause(ServerProcess server, Place place) throws Exception {
    try (ApiClient client = new ApiClient(server.port(), List.of(ServerProcess.API_KEY))) {
      Answer owned = client.send(new Attempt(Act.ACQUIRE, place, null, null));
      assertThat(owned.text("status")).as(owned.toString()).isEqualTo("acquired");
      server.pause();
      rest(LEASE.toMillis() + 1 + random.nextInt(MORE_MS_MAX));
      server.resume();
      Answer next = client.send(new Attempt(Act.ACQUIRE, place, null, null));
      assertThat(next.text("status")).as(next.toString()).isEqualTo("acquired");
      assertThat(next.number("fence")).isGreaterThan(owned.number("fence"));
      for (Act act : List.of(Act.EXTEND, Act.COMPLETE, Act.FAIL)) {
        Answer late = client.send(new Attempt(act, place, owned.text("lease_id"), null));
        assertThat(late.status() + " " + late.error()).as(act + "").isEqualTo("409 lease_mismatch");
      }
    }
  }

  private static void rest(long ms) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(ms));
  }
}
