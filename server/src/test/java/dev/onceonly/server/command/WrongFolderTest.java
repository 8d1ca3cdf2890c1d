package dev.onceonly.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.server.RunningServer;
import dev.onceonly.server.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.LogManager;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A folder that is not the right one, or has lost its store, is no fresh store to anybody.
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class WrongFolderTest {
  private static final String BACKUP_THEN = "restore a backup ('onceonly restore FILE')";

  @TempDir private Path dir = Path.of("");
  private Path data = Path.of("");

  @BeforeEach
  void name() {
    data = dir.resolve("data");
  }

  /// `serve` sets up the process's logging, on the standard error of that moment.
  @AfterEach
  void logAsBefore() throws IOException {
    LogManager.getLogManager().readConfiguration();
  }

  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /// One line that names the file or folder, and exit status 1.
  private void assertRefused(String line, String... saying) {
    Console.Ran ran = Console.on(data, line.split(" "));
    assertThat(ran.exitCode()).as(line + ": " + ran).isEqualTo(1);
    List<String> said = new ArrayList<>(ran.err().lines().toList());
    said.removeIf(other -> !other.startsWith("onceonly: ") && !other.startsWith("\tat "));
    assertThat(said).as(ran.err()).hasSize(1);
    assertThat(said.getFirst()).contains(saying).contains(data.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "verify",
        "audit verify",
        "audit checkpoint",
        "audit log",
        "backup copy.db",
        "keys create",
        "keys list",
        "keys disable key_1",
        "namespaces create x",
        "namespaces list",
        "calls list",
        "resume",
        "rekey"
      })
  void commandsRefuseAFolderWithoutAStoreAndMakeNothing(String line) throws IOException {
    assertRefused(line, "there is no store in " + data, "--data DIR");
    assertThat(files(dir)).isEmpty();

    Files.createDirectory(data);
    assertRefused(line, "there is no store in " + data);
    assertThat(files(data)).isEmpty();

    Files.createFile(data.resolve("LOCK"));
    assertRefused(line, "there is no store in " + data);
    assertThat(files(data)).containsExactly("LOCK");
    assertThat(Path.of("copy.db")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"verify", "serve --port 0", "keys list"})
  void anEmptyDatabaseIsNoFreshStore(String line) throws IOException {
    Files.createDirectory(data);
    Files.createFile(data.resolve("onceonly.db"));
    assertRefused(line, "is empty (0 bytes)", "onceonly.db* away", BACKUP_THEN);
    assertThat(data.resolve("onceonly.db")).isEmptyFile();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 99, 600, 1_024, 5_000, 40_000, -1})
  void aDatabaseThatWasCutShortIsRefused(int bytes) throws IOException {
    Console.makeStore(data);
    Path file = data.resolve("onceonly.db");
    byte[] whole = Files.readAllBytes(file);
    int left = bytes < 0 ? whole.length + bytes : bytes;
    Files.write(file, Arrays.copyOf(whole, left));
    for (String line : List.of("verify", "serve --port 0")) {
      assertRefused(line, "cut short", "onceonly.db* away", BACKUP_THEN);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "secrets.key",
        "audit-key.pem",
        "onceonly.db-wal",
        "onceonly.db-shm",
        "onceonly.db.restoring"
      })
  void aDatabaseThatIsMissingBesideOtherFilesOfOursIsRefused(String left) throws IOException {
    Files.createDirectory(data);
    Files.writeString(data.resolve(left), "left");
    assertRefused("serve --port 0", "has " + left + " but no database", BACKUP_THEN);
    assertRefused("verify", "there is no store");
    assertThat(data.resolve("onceonly.db")).doesNotExist();
    assertThat(data.resolve(left)).hasContent("left");
  }

  /// The disk that it leads to is not mounted.
  @Test
  void aLinkToNothingIsNoFreshStore() throws IOException {
    Console.makeStore(dir.resolve("other"));
    Path backup = dir.resolve("backup.db");
    Console.done(dir.resolve("other"), "backup", backup.toString());
    Files.createDirectory(data);
    Path target = dir.resolve("disk").resolve("onceonly.db");
    Path link = Files.createSymbolicLink(data.resolve("onceonly.db"), target);
    Files.createDirectory(target.getParent());

    for (String line : List.of("serve --port 0", "verify", "restore --replace " + backup)) {
      assertRefused(line, "is a link to " + target + ", which is not there");
      assertThat(Files.readSymbolicLink(link)).isEqualTo(target);
      assertThat(target).doesNotExist();
    }
    assertRefused("restore " + backup, "has a store already");

    Files.delete(link);
    Files.createSymbolicLink(data.resolve("secrets.key"), target);
    assertRefused("serve --port 0", "has secrets.key but no database");
    assertThat(link).doesNotExist();
  }

  @Test
  void aStoreIsRestoredBesideTheKeyFileThatOutlivedIt() throws IOException {
    Console.makeStore(data);
    Path backup = dir.resolve("backup.db");
    Console.done(data, "backup", backup.toString());
    Files.writeString(data.resolve("secrets.key"), "kept");
    Files.delete(data.resolve("onceonly.db"));

    assertThat(Console.done(data, "restore", backup.toString())).startsWith("restored ");

    assertThat(Console.done(data, "verify")).contains("the store is consistent");
    assertThat(data.resolve("secrets.key")).hasContent("kept");
  }

  /// What a start leaves that is killed before the store is in its place.
  @Test
  void aFirstStartThatWasEndedEarlyIsSimplyRunAgain() throws IOException {
    Files.createDirectory(data);
    for (String file : List.of("LOCK", "onceonly.db.new", "onceonly.db.new-wal", "admin.sock")) {
      Files.writeString(data.resolve(file), "half");
    }
    start(Map.of()).close();
    assertThat(files(data)).containsExactly("LOCK", "first-api-key", "onceonly.db");
  }

  @Test
  void aStartThatNeedsAStoreMakesNone() throws IOException {
    assertRefused("serve --port 0 --set data_must_exist=true", "there is no store in " + data);
    assertThat(files(dir)).isEmpty();
    Console.makeStore(data);
    start(Map.of("data_must_exist", "true")).close();
  }

  @Test
  void aStartSaysThatItMadeAStore() {
    assertThat(made()).contains("made a new store in " + data);
    assertThat(made()).doesNotContain("made a new store");
  }

  @Test
  void aStartNamesWhatARestoreHasLeftBesideTheStore() throws IOException {
    Console.makeStore(data);
    assertThat(made()).doesNotContain("onceonly.db.restoring");
    Files.writeString(data.resolve("onceonly.db.restoring"), "half");
    assertThat(made()).contains("onceonly.db.restoring (4 bytes)", "delete it");
    assertThat(data.resolve("onceonly.db.restoring")).hasContent("half");
  }

  /// What is logged by a start that ends at once, since the port is in use.
  private String made() {
    try (RunningServer other =
        RunningServer.start(
            Settings.of(Map.of("data", dir.resolve("other").toString(), "port", "0")))) {
      return Console.on(data, "serve", "--port", String.valueOf(other.port())).err();
    }
  }

  @Test
  void aFileInTheFoldersPlaceIsNamed() throws IOException {
    Files.writeString(data, "a file");
    for (String line : List.of("serve --port 0", "verify")) {
      assertRefused(line, "ile");
    }
    data = data.resolve("below");
    for (String line : List.of("serve --port 0", "verify")) {
      assertRefused(line, "ile");
    }
  }

  @Test
  void aFolderThatCannotBeMadeIsNamed() {
    data = Path.of("/proc/onceonly-test");
    assertRefused("serve --port 0", "can't be used");
    data = dir.resolve("y".repeat(300));
    assertRefused("verify", "too long");
  }

  @Test
  void aPathThatIsTooLongForTheSocketIsNamedBeforeAnythingIsMade() throws IOException {
    int room = 106 - dir.resolve("admin.sock").toString().length() - 1;
    data = dir.resolve("p".repeat(room + 1));
    assertRefused("serve --port 0", "too long", "106 bytes");
    assertThat(files(dir)).isEmpty();

    data = dir.resolve("p".repeat(room));
    start(Map.of()).close();
  }

  private RunningServer start(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("data", data.toString());
    settings.put("port", "0");
    return RunningServer.start(Settings.of(settings));
  }
}
