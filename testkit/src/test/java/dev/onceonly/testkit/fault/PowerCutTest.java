package dev.onceonly.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// SQLite in a child JVM under the recorder, then the power gone at many moments: what a test of
/// our own store looks like.
@Timeout(300)
class PowerCutTest {
  private static final boolean FULL_LENGTH =
      "full".equals(System.getProperty("onceonly.test.length"));
  private static final int CUTS = FULL_LENGTH ? 1_000 : 100;
  private static final int PAIRS = FULL_LENGTH ? 5_000 : 300;
  private static final long SEED = 20_261_101;

  @TempDir Path dir;
  Path folder = Path.of("");
  Path trace = Path.of("");
  FaultSwitches switches;
  NativeFaults faults;

  @BeforeEach
  void compile() throws Exception {
    folder = Files.createDirectory(dir.resolve("folder"));
    trace = dir.resolve("trace");
    faults = NativeFaults.compile(dir);
    switches = FaultSwitches.create(dir.resolve("switches"));
  }

  private SqliteChild child(String synchronous) throws IOException {
    return SqliteChild.start(folder, synchronous, faults.recorded(folder, switches, trace));
  }

  private void cutPowerAndCheck() throws IOException {
    PowerCut.replay(
        FlushTrace.read(trace),
        SEED,
        CUTS,
        dir,
        cut -> PairTable.check(cut.folder(), SqliteChild.numbers(cut.marks())));
  }

  @Test
  void flushedCommitsOutliveThePowerCut() throws Exception {
    try (SqliteChild child = child("FULL")) {
      assertThat(child.insert(1, PAIRS)).isEqualTo("ok");
    }
    cutPowerAndCheck();
  }

  @Test
  void flushedCommitsOutliveAKilledProcessAndThenThePowerCut() throws Exception {
    SqliteChild killed = child("FULL");
    assertThat(killed.insert(1, PAIRS / 2)).isEqualTo("ok");
    killed.kill();
    try (SqliteChild child = child("FULL")) {
      assertThat(child.insert(PAIRS / 2 + 1, PAIRS)).isEqualTo("ok");
    }
    cutPowerAndCheck();
  }

  @Test
  void commitsWithoutAFlushAreFoundLost() throws Exception {
    try (SqliteChild child = child("OFF")) {
      assertThat(child.insert(1, PAIRS)).isEqualTo("ok");
    }
    assertThatThrownBy(this::cutPowerAndCheck).hasMessageContaining("seed " + SEED);
  }

  /// What SQLite's manual says of this mode. It also shows that the model is no harsher than a
  /// disk.
  @Test
  void commitsFlushedOnlyAtCheckpointsAreFoundLostButTheDatabaseIsSound() throws Exception {
    try (SqliteChild child = child("NORMAL")) {
      assertThat(child.insert(1, PAIRS)).isEqualTo("ok");
    }
    PowerCut.replay(
        FlushTrace.read(trace), SEED, CUTS, dir, cut -> PairTable.check(cut.folder(), List.of()));
    assertThatThrownBy(this::cutPowerAndCheck).hasMessageContaining("seed " + SEED);
  }

  @Test
  void lyingDiskIsFoundOut() throws Exception {
    try (SqliteChild child = child("FULL")) {
      assertThat(child.insert(1, PAIRS / 2)).isEqualTo("ok");
      switches.swallowFlushes();
      assertThat(child.insert(PAIRS / 2 + 1, PAIRS)).isEqualTo("ok");
    }
    assertThatThrownBy(this::cutPowerAndCheck).hasMessageContaining("seed " + SEED);
  }
}
