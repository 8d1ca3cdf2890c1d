package dev.onceonly.store.sqlite;

import static dev.onceonly.testkit.FreeStep.counting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.testkit.ManualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Nobody but the owner opens the data folder or anything in it.
@DisabledOnOs(OS.WINDOWS)
final class PrivateFolderTest {
  @TempDir private Path path;
  private StoreFolder folder;

  @BeforeEach
  void makeFolder() {
    folder =
        new StoreFolder(
            path.resolve("made/data"), new ManualTime(Instant.parse("2026-11-05T10:00:00Z")));
  }

  @AfterEach
  void close() {
    folder.close();
  }

  @Test
  void whatAStoreMakesIsItsOwnersAlone() throws IOException {
    SqliteStore store = folder.open();
    store.run(counting("counter"));
    assertThat(mode(folder.path())).isEqualTo("rwx------");
    assertThat(modes())
        .containsOnlyKeys("LOCK", "onceonly.db", "onceonly.db-shm", "onceonly.db-wal")
        .values()
        .containsOnly("rw-------");
    Path backup = path.resolve("backup");
    store.backup(backup);
    assertThat(mode(backup)).isEqualTo("rw-------");
    folder.close();
    Files.setPosixFilePermissions(backup, PosixFilePermissions.fromString("rw-r--r--"));
    try (DataFolder held = DataFolder.hold(folder.path())) {
      Backup.restore(
          backup, held, Backup.Replacing.KEEPING_DISABLED, Instant.parse("2026-11-05T10:00:00Z"));
    }
    assertThat(modes()).values().containsOnly("rw-------");
  }

  @Test
  void whatAnEarlierVersionMadeIsClosedAtTheStart() throws IOException {
    folder.open().run(counting("counter"));
    folder.close();
    for (String name : List.of("LOCK", "onceonly.db")) {
      setMode(folder.path().resolve(name), "rw-r--r--");
    }
    setMode(folder.path(), "rwxr-xr-x");
    folder.open().run(counting("counter"));
    assertThat(mode(folder.path())).isEqualTo("rwx------");
    assertThat(modes()).values().containsOnly("rw-------");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rwxrwx---", "rwx----w-", "rwxrwxrwx"})
  void aFolderThatOthersCanWriteIsRefused(String mode) throws IOException {
    Files.createDirectories(folder.path());
    setMode(folder.path(), mode);
    assertThatThrownBy(folder::open)
        .isInstanceOf(StoreRefused.class)
        .hasMessageContaining(folder.path().toString())
        .hasMessageContaining(mode);
    assertThat(folder.path()).isEmptyDirectory();
    setMode(folder.path(), "rwxr-xr-x");
    assertThat(folder.open().run(counting("counter"))).isEqualTo(1);
  }

  private Map<String, String> modes() throws IOException {
    Map<String, String> modes = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder.path())) {
      for (Path file : files.toList()) {
        modes.put(file.getFileName().toString(), mode(file));
      }
    }
    return modes;
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private static void setMode(Path file, String mode) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }
}
