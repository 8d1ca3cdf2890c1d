package dev.onceonly.store.sqlite;

import static dev.onceonly.testkit.FreeStep.counting;
import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.account.SequenceKey;
import dev.onceonly.core.account.SequenceRow;
import dev.onceonly.store.sqlite.Backup.Stage;
import dev.onceonly.testkit.ManualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A restore over a store that was killed, its last writes still in the log, and killed itself at
/// each of its stages: the folder then has the one store or the other, whole.
final class RestoreCutTest {
  private static final SequenceRow ONE = new SequenceRow(1);
  @TempDir private Path path;
  private final ManualTime time = new ManualTime(Instant.parse("2026-11-05T10:00:00Z"));

  @Test
  void aRestoreThatIsCutLeavesTheOldStoreOrTheNewOne() throws IOException {
    Path backup = makeBackup();
    Path killed = makeKilledStore();
    assertThat(killed.resolve("onceonly.db-wal")).isNotEmptyFile();
    Map<Stage, Path> cuts = new EnumMap<>(Stage.class);
    try (DataFolder held = DataFolder.hold(killed)) {
      Backup.restore(
          backup,
          held,
          Backup.Replacing.KEEPING_DISABLED,
          time.now(),
          stage -> cuts.put(stage, copy(killed, path.resolve(stage.name()))));
    }
    assertThat(cuts).containsOnlyKeys(Stage.values());
    cuts.forEach(this::hasOneStoreOrTheOther);
  }

  @Test
  void whatAnEarlierRestoreLeftIsNotTakenIntoTheNextOne() throws IOException {
    Path backup = makeBackup();
    Path folder = path.resolve("again");
    try (DataFolder held = DataFolder.hold(folder)) {
      for (String suffix : new String[] {"", "-journal", "-wal", "-shm"}) {
        Files.write(folder.resolve("onceonly.db.restoring" + suffix), new byte[] {1, 2, 3});
      }
      Backup.restore(backup, held, Backup.Replacing.NOTHING, time.now());
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("LOCK", "onceonly.db");
    }
    isTheNewStore(folder);
  }

  private void hasOneStoreOrTheOther(Stage stage, Path folder) {
    if (stage == Stage.REPLACED) {
      isTheNewStore(folder);
      return;
    }
    try (StoreFolder cut = new StoreFolder(folder, time)) {
      SqliteStore store = cut.open();
      assertThat(store.get(new SequenceKey("old"))).as("%s", stage).isEqualTo(ONE);
      assertThat(store.get(new SequenceKey("new"))).isNull();
      assertThat(store.isPaused()).isFalse();
      assertThat(store.check().problems()).isEmpty();
    }
  }

  private void isTheNewStore(Path folder) {
    try (StoreFolder restored = new StoreFolder(folder, time)) {
      SqliteStore store = restored.open();
      assertThat(store.get(new SequenceKey("new"))).isEqualTo(ONE);
      assertThat(store.get(new SequenceKey("old"))).isNull();
      assertThat(store.isPaused()).isTrue();
      assertThat(store.check().problems()).isEmpty();
      assertThat(store.resume()).isTrue();
      assertThat(store.isPaused()).isFalse();
      assertThat(store.resume()).isFalse();
    }
  }

  private Path makeBackup() {
    Path file = path.resolve("backup");
    try (StoreFolder other = new StoreFolder(path.resolve("other"), time)) {
      SqliteStore store = other.open();
      store.run(counting("new"));
      store.backup(file);
    }
    return file;
  }

  /// The files of a running store are what a killed one leaves.
  private Path makeKilledStore() {
    try (StoreFolder running = new StoreFolder(path.resolve("running"), time)) {
      SqliteStore store = running.open();
      store.run(counting("old"));
      return copy(running.path(), path.resolve("killed"));
    }
  }

  private static Path copy(Path from, Path to) {
    try (Stream<Path> files = Files.list(from)) {
      PrivateFiles.createFolder(to);
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
      }
      return to;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
