package dev.onceonly.server.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.core.GrantId;
import dev.onceonly.core.account.Namespace;
import dev.onceonly.core.lease.Ending;
import dev.onceonly.core.lease.LeaseDocument;
import dev.onceonly.core.lease.LeaseDocumentKey;
import dev.onceonly.core.lease.LeaseKey;
import dev.onceonly.core.lease.LeaseRow;
import dev.onceonly.core.lock.LockKey;
import dev.onceonly.core.lock.LockRow;
import dev.onceonly.http.json.Json;
import dev.onceonly.server.fault.Attempt.Act;
import dev.onceonly.store.sqlite.DataFolder;
import dev.onceonly.store.sqlite.SqliteSettings;
import dev.onceonly.store.sqlite.SqliteStore;
import dev.onceonly.store.sqlite.TimeSources;
import dev.onceonly.testkit.fault.FaultSwitches;
import dev.onceonly.testkit.fault.FlushTrace;
import dev.onceonly.testkit.fault.MarkWriter;
import dev.onceonly.testkit.fault.NativeFaults;
import dev.onceonly.testkit.fault.PowerCut;
import dev.onceonly.testkit.fault.TraceEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A real server under load with its files recorded, killed once and started again, and then the
/// power gone at many moments of that recording: in every folder that the disk could hold, all that
/// was acknowledged before the cut is there.
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class PowerCutServerTest {
  private static final boolean FULL_LENGTH =
      "full".equals(System.getProperty("onceonly.test.length"));
  private static final int CUTS = FULL_LENGTH ? 1_000 : 40;
  private static final int ANSWERS = FULL_LENGTH ? 6_000 : 2_000;
  private static final int NAMESPACES = 2;
  private static final long SEED = 20_261_123;
  private static final String LOG = "onceonly.db-wal";

  @TempDir Path dir;
  private Path data = Path.of("");
  private Path trace = Path.of("");
  private Map<String, String> environment = Map.of();

  @BeforeEach
  void record() throws Exception {
    data = Files.createDirectory(dir.resolve("data"));
    trace = dir.resolve("trace");
    FaultSwitches switches = FaultSwitches.create(dir.resolve("switches"));
    environment = new HashMap<>(NativeFaults.compile(dir).recorded(data, switches, trace));
    environment.put("ONCEONLY_WAL_BYTES_MAX", "1048576");
  }

  /// Leaves each answer as a mark in the trace.
  private record Marking(MarkWriter marks) implements Load.Listener {
    @Override
    public void sending(Attempt attempt) throws IOException {
      if (attempt.act() == Act.FAIL) {
        marks.mark(Marks.asked(attempt));
      }
    }

    @Override
    public void acknowledged(Attempt attempt, Acknowledged fact) throws IOException {
      marks.mark(Marks.acknowledged(fact));
    }

    @Override
    public void refused(Attempt attempt, Answer answer) {}

    @Override
    public void unanswered(Attempt attempt, IOException reason) {}
  }

  @Test
  void acknowledgedAnswersOutliveThePowerCut() throws Exception {
    ServerProcess server = ServerProcess.serve(data, environment);
    try (MarkWriter marks = MarkWriter.open(trace)) {
      Load load = new Load(Namespaces.create(data, NAMESPACES), SEED, new Marking(marks));
      load.start(server.port());
      load.await(ANSWERS / 2);
      server.kill();
      load.join();
      server = ServerProcess.serve(data, environment);
      load.start(server.port());
      load.await(ANSWERS / 2);
      server.terminate();
      load.join();
      server.awaitEnd();
    }
    FlushTrace recorded = FlushTrace.read(trace);
    long began = System.nanoTime();
    Cuts cuts = new Cuts();
    cutPower(recorded, cuts);
    System.out.printf(
        "%d power cuts: %,d acknowledged answers checked, 0 lost; %d events with %d checkpoints and"
            + " %d restarts of the log; %d ms a cut%n",
        CUTS,
        cuts.checked,
        recorded.events().size(),
        flushesOf(recorded, "onceonly.db"),
        writesAtStart(recorded),
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began) / CUTS);
    assertThat(cuts.ledger.wonTwice()).isEmpty();
    assertThat(flushesOf(recorded, "onceonly.db")).isGreaterThan(4);
    assertThat(writesAtStart(recorded)).isGreaterThan(4);
  }

  @Test
  void serverThatAnswersBeforeTheFlushIsFoundToLoseAnswers() throws Exception {
    ServerProcess server =
        ServerProcess.launch(data, environment, UnflushedServer.class.getName()).awaitReady();
    try (MarkWriter marks = MarkWriter.open(trace)) {
      Load load = new Load(Namespaces.create(data, NAMESPACES), SEED, new Marking(marks));
      load.start(server.port());
      load.await(ANSWERS / 4);
      server.kill();
      load.join();
    }
    FlushTrace recorded = FlushTrace.read(trace);
    assertThatThrownBy(() -> cutPower(recorded, new Cuts())).hasMessageContaining("seed " + SEED);
  }

  /// Rebuilds in memory where there is such a folder: a cut takes a few flushes.
  private void cutPower(FlushTrace recorded, Cuts cuts) throws IOException {
    Path memory = Path.of("/dev/shm");
    Path parent = Files.isWritable(memory) ? memory : dir;
    Path scratch = Files.createTempDirectory(parent, "onceonly-cut");
    try {
      PowerCut.replay(recorded, SEED, CUTS, scratch, cuts);
    } finally {
      Folders.delete(scratch);
    }
  }

  private static long flushesOf(FlushTrace recorded, String file) {
    return recorded.events().stream()
        .filter(event -> event instanceof TraceEvent.FlushBegin(var path, _) && path.equals(file))
        .count();
  }

  private static long writesAtStart(FlushTrace recorded) {
    return recorded.events().stream()
        .filter(event ->
            event instanceof TraceEvent.Write write
                && write.path().equals(LOG)
                && write.offset() == 0)
        .count();
  }

  /// Holds each rebuilt folder against the marks before its cut.
  private static final class Cuts implements PowerCut.CutVisitor {
    final Ledger ledger = new Ledger();
    long checked;
    private int entered;

    @Override
    public void visit(PowerCut.Cut cut) {
      List<byte[]> marks = cut.marks();
      marks.subList(entered, marks.size()).forEach(mark -> Marks.enter(mark, ledger));
      entered = marks.size();
      checked += ledger.answers();
      SqliteStore.Opening opening =
          new SqliteStore.Opening(
              SqliteSettings.DEFAULT,
              new TimeSources(InstantSource.system(), System::nanoTime),
              false);
      try (DataFolder folder = DataFolder.hold(cut.folder());
          SqliteStore store = SqliteStore.open(folder, opening)) {
        store.start();
        assertThat(store.check().problems()).isEmpty();
        Contents contents = new Contents(store);
        assertThat(ledger.places().stream().map(place -> contents.lost(place, ledger)))
            .filteredOn(wrong -> wrong != null)
            .isEmpty();
      }
    }
  }

  /// A store's rows, read by the store itself.
  private static final class Contents {
    private final SqliteStore store;
    private final Map<String, Long> ids = new HashMap<>();

    Contents(SqliteStore store) {
      this.store = store;
      for (Namespace namespace : store.namespaces()) {
        ids.put(namespace.name(), namespace.id());
      }
    }

    /// What is wrong with a place, or null.
    @Nullable String lost(Place place, Ledger ledger) {
      Long namespace = ids.get(Namespaces.name(place.namespace()));
      if (namespace == null) {
        return place + " has lost its namespace";
      }
      return switch (place.kind()) {
        case LOCK -> lostLock(place, new LockKey(namespace, place.key()), ledger);
        case LEASE -> lostLease(place, new LeaseKey(namespace, place.key()), ledger);
      };
    }

    private @Nullable String lostLock(Place place, LockKey key, Ledger ledger) {
      LockRow row = store.get(key);
      long nowUs = TimeUnit.MILLISECONDS.toMicros(store.now().toEpochMilli());
      return row == null
          ? ledger.lock(place).lost(null, 0, nowUs)
          : ledger.lock(place).lost(GrantId.lock(row.grant().token()), row.grant().fence(), nowUs);
    }

    private @Nullable String lostLease(Place place, LeaseKey key, Ledger ledger) {
      LeaseRow row = store.get(key);
      return ledger
          .lease(place)
          .lost(
              row == null ? new LeaseHistory.Found("not_found", "", 0, 0, true) : found(key, row));
    }

    private LeaseHistory.Found found(LeaseKey key, LeaseRow row) {
      String id = GrantId.lease(row.grant().token());
      Ending ending = row.ending();
      String status = ending == null ? "in_progress" : ending.isFailed() ? "failed" : "completed";
      boolean whole =
          ending == null
              || (ending.errorCode() == null
                  ? hasResult(key, id)
                  : ending.errorCode().equals(ApiClient.errorCode(id)));
      return new LeaseHistory.Found(status, id, row.version(), row.grant().fence(), whole);
    }

    private boolean hasResult(LeaseKey key, String id) {
      LeaseDocument result = store.get(new LeaseDocumentKey(key, LeaseDocumentKey.Kind.RESULT));
      return result != null
          && Json.read(result.json().getBytes(UTF_8)).equals(Json.tree(ApiClient.result(id)));
    }
  }
}
