package dev.onceonly.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.server.fault.Attempt.Act;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A server under load is killed (SIGKILL) at random moments, also while it starts, and started
/// again on the same folder: nothing that it has acknowledged is lost, and nothing is given away
/// twice.
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class KillTest {
  private static final boolean FULL_LENGTH =
      "full".equals(System.getProperty("onceonly.test.length"));
  private static final int KILLS = FULL_LENGTH ? 200 : 5;
  private static final int ANSWERS_MAX = FULL_LENGTH ? 1_800 : 1_200;
  private static final int NAMESPACES = 3;
  private static final long SEED = 20_261_122;

  /// Every time this many of the places of former lives are looked at, and all of them at the end.
  private static final int OLD_PLACES = 400;

  /// The chains of the audit log are walked after every so many kills, and at the end.
  private static final int AUDITED_EVERY = 25;

  /// So that checkpoints come often, and tools may be on this machine.
  private static final Map<String, String> SETTINGS =
      Map.of("ONCEONLY_WAL_BYTES_MAX", "1048576", "ONCEONLY_DEV", "true");

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final Ledger ledger = new Ledger();
  private final Answers answers = new Answers();
  private final List<String> lost = new ArrayList<>();
  private int kills;
  private long startsNanos;
  private int starts;

  /// What clients were told.
  private final class Answers implements Load.Listener {
    private static final int WINS_KEPT = 40;

    final List<String> surprises = Collections.synchronizedList(new ArrayList<>());
    final Deque<Won> lastWins = new ArrayDeque<>();

    record Won(Attempt attempt, Acknowledged fact) {}

    @Override
    public void sending(Attempt attempt) {
      if (attempt.act() == Act.FAIL) {
        ledger.doubt(attempt);
      }
    }

    @Override
    public void acknowledged(Attempt attempt, Acknowledged fact) {
      ledger.acknowledged(fact);
      if (fact.outcome() == Acknowledged.Outcome.LOCKED
          && attempt.attemptId() != null
          && !attempt.place().isBrief()) {
        remember(new Won(attempt, fact));
      }
    }

    private synchronized void remember(Won won) {
      lastWins.addLast(won);
      if (lastWins.size() > WINS_KEPT) {
        lastWins.removeFirst();
      }
    }

    synchronized List<Won> takeLastWins() {
      List<Won> taken = List.copyOf(lastWins);
      lastWins.clear();
      return taken;
    }

    @Override
    public void refused(Attempt attempt, Answer answer) {
      boolean ranOut = attempt.place().isBrief() && answer.status() == 409;
      if (!ranOut) {
        surprises.add(attempt + " was answered by " + answer);
      }
    }

    @Override
    public void unanswered(Attempt attempt, IOException reason) {
      ledger.doubt(attempt);
    }
  }

  @Test
  void acknowledgedAnswersOutliveEveryKill(@TempDir Path dir) throws Exception {
    Path data = Files.createDirectory(dir.resolve("data"));
    LocalDate firstDay = LocalDate.now(ZoneOffset.UTC);
    try (RecordingTool tool = new RecordingTool()) {
      GovernedLedger governed = new GovernedLedger(ServerProcess.API_KEY, tool);
      ServerProcess server = start(data);
      governed.prepare(server.port());
      List<String> apiKeys = Namespaces.create(data, NAMESPACES);
      Load load = new Load(apiKeys, random.nextLong(), answers);
      GovernedLoad calls = new GovernedLoad(ServerProcess.API_KEY, governed);
      while (kills < KILLS) {
        server = killUnderLoad(data, server, load, calls);
        lost.addAll(governed.lost(server.port()));
        inspect(server, apiKeys, false);
        assertThat(lost).as("lost after %s kills, seed %s", kills, SEED).isEmpty();
        if (kills % AUDITED_EVERY == 0) {
          requireWholeAuditLog(data);
        }
      }
      inspect(server, apiKeys, true);
      governed.checkEnd(server.port(), LocalDate.now(ZoneOffset.UTC).equals(firstDay));
      requireWholeAuditLog(data);
      String said = ServerProcess.run(data, "verify").out();
      server.close();
      report(governed);
      assertThat(lost).isEmpty();
      assertThat(ledger.wonTwice()).isEmpty();
      assertThat(answers.surprises).isEmpty();
      assertThat(governed.surprises()).isEmpty();
      assertThat(said).contains("the store is consistent");
      assertThat(ServerProcess.run(data, "verify").out()).contains("the store is consistent");
    }
  }

  private void report(GovernedLedger governed) {
    System.out.printf(
        "%d kills: %,d acknowledged answers checked, %d lost, %d won twice; %s; a start took %d ms%n",
        kills,
        ledger.answers(),
        lost.size(),
        ledger.wonTwice().size(),
        governed,
        TimeUnit.NANOSECONDS.toMillis(startsNanos / starts));
  }

  /// The server that comes after it.
  private ServerProcess killUnderLoad(
      Path data, ServerProcess server, Load load, GovernedLoad calls) throws Exception {
    calls.start(server.port());
    load.start(server.port());
    load.await(random.nextInt(ANSWERS_MAX));
    kill(server);
    load.join();
    calls.join();
    if (kills < KILLS && random.nextInt(5) == 0) {
      killWhileItStarts(data);
    }
    return start(data);
  }

  private static void requireWholeAuditLog(Path data) throws Exception {
    ServerProcess.Ended audit = ServerProcess.run(data, "audit", "verify");
    assertThat(audit.exitCode()).as(audit.out() + audit.err()).isZero();
  }

  private ServerProcess start(Path data) throws IOException {
    long began = System.nanoTime();
    ServerProcess server = ServerProcess.serve(data, SETTINGS);
    startsNanos += System.nanoTime() - began;
    starts++;
    return server;
  }

  private void kill(ServerProcess server) {
    server.kill();
    kills++;
  }

  private void killWhileItStarts(Path data) throws IOException, InterruptedException {
    ServerProcess starting = ServerProcess.launch(data, SETTINGS, ServerProcess.MAIN, "serve");
    starting.awaitEnd(random.nextInt(2_000));
    kill(starting);
  }

  private void inspect(ServerProcess server, List<String> apiKeys, boolean everything)
      throws IOException {
    Set<Place> places = new LinkedHashSet<>(ledger.takeTouched());
    places.addAll(ledger.takeInDoubt());
    List<Place> all = ledger.places();
    for (int i = 0; i < OLD_PLACES && !all.isEmpty(); i++) {
      places.add(all.get(random.nextInt(all.size())));
    }
    try (ApiClient client = new ApiClient(server.port(), apiKeys)) {
      for (Answers.Won won : answers.takeLastWins()) {
        askAgain(client, won);
      }
      lost.addAll(Inspection.lost(client, ledger, everything ? all : places));
    }
    ledger.takeTouched();
  }

  /// The winner's own call, asked again because its answer might have been lost.
  private void askAgain(ApiClient client, Answers.Won won) throws IOException {
    Answer answer = client.send(won.attempt());
    Acknowledged again = ApiClient.acknowledged(won.attempt(), answer, won.fact().sentMs());
    // A server that was slow to start may have come back after the time for replays.
    boolean tooLate = again != null && again.outcome() == Acknowledged.Outcome.DUPLICATE;
    if (!won.fact().equals(again) && !tooLate) {
      lost.add(won.fact() + " was answered later by " + answer);
    }
  }
}
