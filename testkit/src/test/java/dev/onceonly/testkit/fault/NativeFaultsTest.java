package dev.onceonly.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// SQLite in a child JVM, and the disk that it meets.
@Timeout(60)
class NativeFaultsTest {
  @TempDir Path dir;
  Path folder = Path.of("");
  FaultSwitches switches;
  NativeFaults faults;

  @BeforeEach
  void compile() throws Exception {
    folder = Files.createDirectory(dir.resolve("folder"));
    faults = NativeFaults.compile(dir);
    switches = FaultSwitches.create(dir.resolve("switches"));
  }

  private SqliteChild child() throws IOException {
    return SqliteChild.start(folder, "FULL", faults.faulty(folder, switches));
  }

  @Test
  void missingCompilerIsNamedWithItsPackage() {
    assertThatThrownBy(() -> NativeFaults.compile(dir, "no-such-cc"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("package gcc");
  }

  @Test
  void newTraceNeedsAnEmptyFolder() throws Exception {
    Files.createFile(folder.resolve("old"));
    assertThatThrownBy(() -> faults.recorded(folder, switches, dir.resolve("trace")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("empty");
  }

  @Test
  void traceInsideTheFolderIsRefused() {
    assertThatThrownBy(() -> faults.recorded(folder, switches, folder.resolve("trace")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("outside");
  }

  @Test
  void everyCommitOfSqliteIsWrittenAndFlushedBeforeItsMark() throws Exception {
    Path trace = dir.resolve("trace");
    try (SqliteChild child =
        SqliteChild.start(folder, "FULL", faults.recorded(folder, switches, trace))) {
      assertThat(child.insert(1, 20)).isEqualTo("ok");
    }
    boolean written = false;
    boolean flushed = false;
    int marks = 0;
    for (TraceEvent event : FlushTrace.read(trace).events()) {
      switch (event) {
        case TraceEvent.Write write when write.path().equals("pairs.db-wal") -> {
          written = true;
          flushed = false;
        }
        case TraceEvent.FlushEnd _ -> flushed = true;
        case TraceEvent.Mark _ -> {
          assertThat(written && flushed).isTrue();
          written = false;
          marks++;
        }
        default -> {}
      }
    }
    assertThat(marks).isEqualTo(20);
    assertThat(switches.flushes()).isGreaterThan(20);
  }

  @Test
  void failedFlushFailsTheCommit() throws Exception {
    try (SqliteChild child = child()) {
      assertThat(child.insert(1, 5)).isEqualTo("ok");
      switches.failFlushes("-wal", 2);
      assertThat(child.insert(6, 7)).isEqualTo("ok");
      assertThat(child.insert(8, 8)).isEqualTo("SQLITE_IOERR_FSYNC");
      switches.failFlushes("-journal", 0);
      assertThat(child.insert(9, 9)).isEqualTo("ok");
      switches.failFlushes();
      assertThat(child.insert(10, 10)).isEqualTo("SQLITE_IOERR_FSYNC");
      switches.flushNormally();
    }
  }

  @Test
  void fullDiskRefusesCommitsUntilThereIsSpaceAgain() throws Exception {
    try (SqliteChild child = child()) {
      assertThat(child.insert(1, 5)).isEqualTo("ok");
      switches.refuseWrites();
      assertThat(child.insert(6, 6)).isEqualTo("SQLITE_FULL");
      switches.allowWrites();
      assertThat(child.insert(7, 8)).isEqualTo("ok");
      switches.refuseGrowth(2_000);
      assertThat(child.insert(9, 1_000)).isEqualTo("SQLITE_FULL");
      assertThat(switches.refusals()).isPositive();
      switches.allowWrites();
      assertThat(child.insert(1_001, 1_002)).isEqualTo("ok");
    }
    PairTable.check(folder, List.of(1L, 5L, 7L, 8L, 1_001L, 1_002L));
  }

  @Test
  void delayHoldsUpEveryCommit() throws Exception {
    try (SqliteChild child = child()) {
      assertThat(child.insert(1, 5)).isEqualTo("ok");
      switches.delayFlushes(Duration.ofMillis(20));
      long before = System.nanoTime();
      assertThat(child.insert(6, 15)).isEqualTo("ok");
      assertThat(Duration.ofNanos(System.nanoTime() - before))
          .isGreaterThan(Duration.ofMillis(200));
    }
  }

  @Test
  void filesElsewhereAreLeftAlone() throws Exception {
    Path other = Files.createDirectory(dir.resolve("folder-beside"));
    switches.refuseWrites();
    switches.failFlushes();
    Map<String, String> environment = faults.faulty(folder, switches);
    try (SqliteChild child = SqliteChild.start(other, "FULL", environment)) {
      assertThat(child.insert(1, 5)).isEqualTo("ok");
    }
    assertThat(switches.flushes()).isZero();
  }
}
