package dev.onceonly.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.server.fault.Attempt.Act;
import dev.onceonly.testkit.fault.FaultSwitches;
import dev.onceonly.testkit.fault.NativeFaults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A disk that is full, a flush that fails, and little space left, under a real server.
@Timeout(180)
class StorageFaultTest {
  private static final String DATABASE = "onceonly.db";
  private static final String LOG = "onceonly.db-wal";
  private static final Map<String, String> SMALL_LOG = Map.of("ONCEONLY_WAL_BYTES_MAX", "1048576");

  @TempDir Path dir;
  private Path data = Path.of("");
  private FaultSwitches switches;
  private final Observer observer = new Observer();

  @BeforeEach
  void prepare() throws Exception {
    data = Files.createDirectory(dir.resolve("data"));
    switches = FaultSwitches.create(dir.resolve("switches"));
  }

  private ServerProcess faulty(Map<String, String> more) throws Exception {
    Map<String, String> environment =
        new HashMap<>(NativeFaults.compile(dir).faulty(data, switches));
    environment.putAll(more);
    return ServerProcess.serve(data, environment);
  }

  private static Attempt check(long number) {
    return new Attempt(Act.CHECK, Place.of(Place.Kind.LOCK, 0, number), null, null);
  }

  private static List<String> admin() {
    return List.of(ServerProcess.API_KEY);
  }

  private Set<String> errors() {
    Set<String> errors = new TreeSet<>();
    observer
        .refused()
        .forEach(refused -> errors.add(refused.answer().status() + " " + refused.answer().error()));
    return errors;
  }

  /// Starts the server anew, without faults, and asks for everything that was acknowledged.
  private void requireNothingLost() throws Exception {
    try (ServerProcess server = ServerProcess.serve(data, Map.of());
        ApiClient client = new ApiClient(server.port(), admin())) {
      Ledger ledger = observer.ledger;
      assertThat(Inspection.lost(client, ledger, ledger.places())).isEmpty();
      assertThat(ledger.wonTwice()).isEmpty();
    }
    assertThat(ServerProcess.run(data, "verify").out()).contains("the store is consistent");
  }

  @Test
  void fullDiskAppliesNothingLosesNothingAndIsForgottenWhenThereIsSpace() throws Exception {
    try (Ballast ballast = Ballast.mount(data, "8m")) {
      ServerProcess server = ServerProcess.serve(data, SMALL_LOG);
      Load load = new Load(admin(), 1, observer);
      load.start(server.port());
      // Enough for the log to be written over from its beginning: then the log has its space, and
      // what can't grow is the database, in a checkpoint.
      load.await(3_000);
      ballast.fill();
      observer.awaitRefused(100);
      assertThat(errors()).containsExactly("503 storage_unavailable");
      try (ApiClient client = new ApiClient(server.port(), admin())) {
        List<Attempt> refused = requireRefusedButReadable(client);
        ballast.empty();
        load.await(500);
        for (Attempt attempt : refused) {
          assertThat(client.send(attempt).text("status")).isEqualTo("locked");
        }
      }
      load.stop();
      server.kill();
      requireNothingLost();
    }
  }

  /// Asks for new locks until ten are refused, and reads.
  private List<Attempt> requireRefusedButReadable(ApiClient client) throws IOException {
    List<Attempt> refused = new ArrayList<>();
    for (long number = 1_000_000; refused.size() < 10; number++) {
      Attempt attempt = check(8 * number + 1);
      Answer answer = client.send(attempt);
      if (answer.status() != 200) {
        assertThat(answer.error()).isEqualTo("storage_unavailable");
        refused.add(attempt);
      }
    }
    List<Place> leases =
        observer.ledger.places().stream()
            .filter(place -> place.kind() == Place.Kind.LEASE && !place.isBrief())
            .toList();
    Answer read = client.status(leases.getFirst());
    assertThat(read.status()).isEqualTo(200);
    assertThat(read.text("status")).isNotEqualTo("not_found");
    return refused;
  }

  /// What was answered is in the log, which can't be folded into the database.
  @Test
  void aStopOnAFullDiskSaysThatTheStoreWasNotClosedInOrder() throws Exception {
    try (Ballast ballast = Ballast.mount(data, "12m")) {
      ServerProcess server = ServerProcess.serve(data, Map.of());
      List<Place> places =
          LongStream.range(0, 300).mapToObj(i -> Place.of(Place.Kind.LOCK, 0, 8 * i + 1)).toList();
      try (Connection reader =
              DriverManager.getConnection("jdbc:sqlite:" + data.resolve(DATABASE));
          Statement reading = reader.createStatement()) {
        // Nothing is folded while it reads what was there before.
        reading.execute("BEGIN");
        reading.executeQuery("SELECT count(*) FROM sqlite_schema").close();
        try (ApiClient client = new ApiClient(server.port(), admin())) {
          for (Place place : places) {
            Attempt attempt = new Attempt(Act.CHECK, place, null, null);
            assertThat(client.send(attempt).text("status")).isEqualTo("locked");
          }
        }
        ballast.fill();
      }
      server.terminate();
      assertThat(server.awaitEnd()).isEqualTo(1);
      assertThat(server.log()).noneMatch(line -> line.startsWith("\tat "));
      assertThat(server.log())
          .filteredOn(line -> line.contains("FULL"))
          .singleElement()
          .asString()
          .contains("stop_failed", "what was answered is on disk");
      ballast.empty();
      try (ServerProcess again = ServerProcess.serve(data, Map.of());
          ApiClient client = new ApiClient(again.port(), admin())) {
        for (Place place : places) {
          Attempt attempt = new Attempt(Act.CHECK, place, null, null);
          assertThat(client.send(attempt).text("status")).isEqualTo("duplicate");
        }
      }
    }
  }

  /// SQLite's index of the log grows by 32 KiB when the log's 4,062nd frame is committed: after the
  /// flush, so that nobody can say whether that batch was.
  @Test
  void diskThatIsFullForTheIndexOfTheLogStopsNothing() throws Exception {
    ServerProcess server = faulty(Map.of());
    try (ApiClient client = new ApiClient(server.port(), admin())) {
      long number = 0;
      while (Files.size(data.resolve(LOG)) < 4_040 * 1_048L) {
        Answer answer = client.send(check(8 * ++number + 1));
        assertThat(answer.status()).isEqualTo(200);
      }
      Answer refused;
      do {
        switches.refuseGrowth(20 * 1_048);
        refused = client.send(check(8 * ++number + 1));
      } while (refused.status() == 200);
      assertThat(refused.status() + " " + refused.error()).isEqualTo("503 unknown_outcome");
      switches.allowWrites();
      Answer again = client.send(check(8 * number + 1));
      assertThat(again.text("status")).isEqualTo("locked");
    }
    server.kill();
  }

  @Test
  void failedFlushEndsAllWritesUntilARestart() throws Exception {
    ServerProcess server = faulty(Map.of());
    Load load = new Load(admin(), 2, observer);
    load.start(server.port());
    load.await(300);
    switches.failFlushes(LOG, 0);
    observer.awaitRefused(50);
    switches.flushNormally();
    int before = observer.refused().size();
    observer.awaitRefused(before + 50);
    load.stop();
    assertThat(errors()).containsExactly("503 storage_unavailable", "503 unknown_outcome");
    try (WireClient wire = new WireClient(server.port());
        ApiClient client = new ApiClient(server.port(), admin())) {
      Answer ready = wire.get("", "/readyz");
      assertThat(ready.status()).isEqualTo(503);
      assertThat(ready.text("reason")).contains("commit failed").contains("FSYNC");
      assertThat(wire.get("", "/healthz").status()).isEqualTo(200);
      assertThat(client.status(observer.ledger.places().getLast()).status()).isEqualTo(200);
    }
    long logBytes = Files.size(data.resolve(LOG));
    byte[] database = Files.readAllBytes(data.resolve("onceonly.db"));
    server.close();
    assertThat(Files.readAllBytes(data.resolve("onceonly.db")))
        .as("nothing is copied from a log that may not be on disk")
        .isEqualTo(database);
    assertThat(Files.size(data.resolve(LOG))).isEqualTo(logBytes);
    requireNothingLost();
  }

  @Test
  void failedFlushOfACheckpointEndsAllWritesToo() throws Exception {
    ServerProcess server = faulty(SMALL_LOG);
    Load load = new Load(admin(), 3, observer);
    load.start(server.port());
    load.await(200);
    switches.failFlushes("onceonly.db", 0);
    observer.awaitRefused(50);
    load.stop();
    assertThat(errors()).isSubsetOf("503 storage_unavailable", "503 unknown_outcome");
    try (WireClient wire = new WireClient(server.port())) {
      assertThat(wire.get("", "/readyz").text("reason")).contains("FSYNC");
    }
    switches.flushNormally();
    server.close();
    requireNothingLost();
  }

  @Test
  void checkLockAnswers429InsteadOf503WhereItIsSoSet() throws Exception {
    try (ServerProcess server = faulty(Map.of("ONCEONLY_UNAVAILABLE_STATUS_CODE", "429"));
        ApiClient client = new ApiClient(server.port(), admin())) {
      assertThat(client.send(check(1)).status()).isEqualTo(200);
      switches.failFlushes(LOG, 0);
      Answer unknown = client.send(check(2));
      assertThat(unknown.status() + " " + unknown.error()).isEqualTo("429 unknown_outcome");
      assertThat(unknown.headers()).containsKey("retry-after");
      Answer refused = client.send(check(3));
      assertThat(refused.status() + " " + refused.error()).isEqualTo("429 storage_unavailable");
      assertThat(refused.headers()).containsKey("retry-after");
      Place lease = Place.of(Place.Kind.LEASE, 0, 1);
      assertThat(client.send(new Attempt(Act.ACQUIRE, lease, null, null)).status()).isEqualTo(503);
    }
  }

  @Test
  void lowDiskRefusesWhatOnlyRecords() throws Exception {
    Map<String, String> alwaysLow =
        Map.of("ONCEONLY_STORAGE_LOW_BYTES", Long.toString(Long.MAX_VALUE));
    try (ServerProcess server = ServerProcess.serve(data, alwaysLow);
        WireClient wire = new WireClient(server.port())) {
      for (String path : List.of("/v1/check-lock", "/v1/ai/lease")) {
        Answer large = wire.post(ServerProcess.API_KEY, path, withMetadata(1_100));
        assertThat(large.status() + " " + large.error()).isEqualTo("429 storage_low");
        assertThat(large.headers()).containsKey("retry-after");
        Answer small = wire.post(ServerProcess.API_KEY, path, withMetadata(900));
        assertThat(small.text("status")).isIn("locked", "acquired");
      }
    }
  }

  private static Map<String, Object> withMetadata(int characters) {
    return Map.of("key", "k", "ttl", 60, "metadata", Map.of("note", "x".repeat(characters)));
  }
}
