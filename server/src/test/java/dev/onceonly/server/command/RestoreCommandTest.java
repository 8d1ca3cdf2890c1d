package dev.onceonly.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.Sha256;
import dev.onceonly.server.RunningServer;
import dev.onceonly.server.api.Answer;
import dev.onceonly.server.api.Client;
import dev.onceonly.server.config.Settings;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `onceonly restore --replace` over a store in which agents, keys and tools were disabled and
/// policies changed after the backup; and what a restored server says of its pause.
class RestoreCommandTest {
  private static final String ADMIN = "once_live_restored_store_00000001";

  @TempDir private Path folder = Path.of("");
  private Path data = Path.of("");
  private Path file = Path.of("");
  private String early = "";
  private String late = "";

  @BeforeEach
  void changeTheStoreAfterItsBackup() {
    data = folder.resolve("data");
    file = folder.resolve("backup.db");
    try (RunningServer server = start()) {
      Client admin = new Client(server.port(), ADMIN);
      early = operator("keys", "create", "--role", "reader").lines().findFirst().orElseThrow();
      policy(admin, "bot-1", 10);
      tool(admin, "mail.send");
      tool(admin, "mail.drop");
      admin.post("/v1/agents/bot-early/disable", "reason", "known to the backup");
      operator("backup", file.toString());

      admin.post("/v1/agents/bot-1/disable", "reason", "sends\u0007 to strangers");
      admin.post("/v1/agents/*/disable");
      admin.post("/v1/agents/bot-early/enable");
      admin.post("/v1/tools/mail.send/toggle", "enabled", false);
      admin.delete("/v1/tools/mail.drop");
      policy(admin, "bot-1", 1);
      policy(admin, "bot-2", 5);
      late = operator("keys", "create", "--role", "reader").lines().findFirst().orElseThrow();
      operator("keys", "disable", keyId(early));
    }
  }

  @Test
  void whatWasDisabledSinceTheBackupStaysDisabled() {
    String told = Console.done(data, "restore", "--replace", file.toString());

    assertThat(told.lines().map(String::strip))
        .containsSubsequence(
            "disabled since the backup, and kept disabled:",
            "the switch of all agents of namespace default",
            "agent bot-1 of namespace default",
            "API key " + keyId(early) + " of namespace default",
            "tool global/mail.send of namespace default",
            "enabled since the backup, and disabled again as in the backup:",
            "agent bot-early of namespace default",
            "deleted since the backup, and back again:",
            "tool global/mail.drop of namespace default",
            "changed since the backup, and as in the backup again:",
            "policy of agent bot-1 of namespace default",
            "made since the backup, and lost with the store that was replaced:",
            "API key " + keyId(late) + " of namespace default",
            "policy of agent bot-2 of namespace default");
    try (RunningServer server = start()) {
      Client admin = new Client(server.port(), ADMIN);
      Answer agent = admin.get("/v1/agents/bot-1");
      assertThat(agent.json().at("/is_enabled").asBoolean()).isFalse();
      assertThat(agent.text("/disabled_reason")).startsWith("sends");
      assertThat(agent.json().at("/namespace_is_enabled").asBoolean()).isFalse();
      assertThat(admin.get("/v1/tools/mail.send").json().at("/enabled").asBoolean()).isFalse();
      assertThat(new Client(server.port(), early).get("/v1/me").status()).isEqualTo(403);
      assertThat(new Client(server.port(), late).get("/v1/me").status()).isEqualTo(403);
    }
    assertThat(Console.done(data, "audit", "log"))
        .contains("store.restore", "key.disable", "tool.toggle", "kept disabled by a restore");
    assertThat(Console.done(data, "audit", "log", "--agent", "bot-1"))
        .contains("agent.disable", "kept disabled by a restore: sends? to strangers");
    assertThat(Console.done(data, "audit", "verify")).contains("the audit log is sound");
    assertThat(Console.done(data, "verify")).contains("the store is consistent");
  }

  @Test
  void whoAsksForItGetsWhatTheBackupHasEnabled() {
    String told =
        Console.done(data, "restore", "--replace", "--enable-as-in-backup", file.toString());

    assertThat(told)
        .contains("disabled since the backup, and ENABLED again as in the backup:")
        .doesNotContain("kept disabled");
    try (RunningServer server = start()) {
      Client admin = new Client(server.port(), ADMIN);
      Answer agent = admin.get("/v1/agents/bot-1");
      assertThat(agent.json().at("/is_enabled").asBoolean()).isTrue();
      assertThat(agent.json().at("/namespace_is_enabled").asBoolean()).isTrue();
      assertThat(new Client(server.port(), early).get("/v1/me").status()).isEqualTo(200);
    }
  }

  @Test
  void withoutAStoreToCompareWithItSaysThatItKnowsNothing() {
    assertThat(Console.done(folder.resolve("new"), "restore", file.toString()))
        .contains("there was no store to compare with");
  }

  @Test
  void whatCannotBeReadInADamagedStoreIsNamed() throws IOException {
    Path database = data.resolve("onceonly.db");
    damageRows(database, keyId(early).getBytes(StandardCharsets.US_ASCII));

    String told = Console.done(data, "restore", "--replace", file.toString());

    assertThat(told)
        .contains("NOT READ in the store that was replaced, so not compared: API keys (SQLITE_")
        .contains("agent bot-1 of namespace default", "kept disabled")
        .doesNotContain("API key " + keyId(early));
  }

  @Test
  void aRestoredServerSaysThatItIsPausedAndBeginsNoRuns() {
    Console.done(data, "restore", "--replace", "--enable-as-in-backup", file.toString());

    try (RunningServer server = start()) {
      Client admin = new Client(server.port(), ADMIN);
      assertThat(admin.get("/readyz").body()).contains("restored_paused");
      assertThat(admin.get("/v1/agents").json().at("/0/paused").asBoolean()).isTrue();
      assertThat(admin.get("/v1/agents").text("/0/paused_reason"))
          .isEqualTo("restored_from_backup");
      assertThat(admin.get("/v1/agents/bot-1").json().at("/paused").asBoolean()).isTrue();
      assertThat(admin.get("/v1/me").json().at("/paused").asBoolean()).isTrue();

      Answer refused = admin.post("/v1/ai/run", "key", "job", "metadata", Map.of("run_id", "job"));
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.text("/detail/error")).isEqualTo("paused");
      assertThat(refused.header("Retry-After")).isEqualTo("30");
      assertThat(admin.get("/v1/ai/status", "key", "job").text("/status")).isEqualTo("not_found");
      assertThat(admin.post("/v1/ai/lease", "key", "own").text("/status")).isEqualTo("acquired");
      assertThat(admin.post("/v1/ai/run", "key", "own").text("/status")).isEqualTo("polling");

      assertThat(operator("resume").strip()).isEqualTo("resumed");

      assertThat(admin.get("/readyz").body()).doesNotContain("restored_paused");
      assertThat(admin.get("/v1/agents").body()).doesNotContain("paused");
      assertThat(admin.get("/v1/me").body()).doesNotContain("paused");
      assertThat(admin.post("/v1/ai/run", "key", "job").text("/status")).isEqualTo("acquired");
    }
  }

  @Test
  void aRestoreThatFailsLeavesNothingAndChangesNothing() throws IOException {
    byte[] sound = Files.readAllBytes(file);
    byte[] damaged = sound.clone();
    for (int i = damaged.length / 4; i < damaged.length * 3 / 4; i++) {
      damaged[i] = (byte) (i * 31);
    }
    Path bent = Files.write(folder.resolve("damaged"), damaged);
    Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(sound, 5_000));
    Path text = Files.writeString(folder.resolve("text"), "no database at all\n");
    List<String> before = names();

    for (Path wrong : List.of(bent, cut, text, folder, folder.resolve("missing"))) {
      Console.Ran ran = Console.on(data, "restore", "--replace", wrong.toString());

      assertThat(ran.exitCode()).as("%s", wrong).isEqualTo(1);
      assertThat(ran.err().lines()).as("%s: %s", wrong, ran.err()).hasSize(1);
      assertThat(names()).as("%s", wrong).isEqualTo(before);
    }
    assertThat(Console.done(data, "keys", "list")).contains(keyId(late));
    assertThat(Console.done(data, "verify")).contains("the store is consistent");
  }

  /// What a killed server leaves: what it has answered last is in the log alone.
  @Test
  void aDatabaseWithALogBesideItIsNoBackup() throws IOException {
    Path killed = Files.createDirectory(folder.resolve("killed"));
    try (RunningServer server = start()) {
      new Client(server.port(), ADMIN).post("/v1/check-lock", "key", "answered", "ttl", 600);
      for (String name : List.of("onceonly.db", "onceonly.db-wal")) {
        Files.copy(data.resolve(name), killed.resolve(name));
      }
    }
    Path database = killed.resolve("onceonly.db");
    assertThat(killed.resolve("onceonly.db-wal")).isNotEmptyFile();
    Path link = Files.createSymbolicLink(folder.resolve("link.db"), database);
    byte[] before = Files.readAllBytes(data.resolve("onceonly.db"));

    for (Path wrong : List.of(database, link)) {
      assertRefused(wrong, "killed/onceonly.db-wal", "'onceonly backup'");
    }
    Files.move(killed.resolve("onceonly.db-wal"), killed.resolve("onceonly.db-journal"));
    assertRefused(database, "killed/onceonly.db-journal", "'onceonly backup'");
    assertRefused(data.resolve("onceonly.db"), "the folder's own database", "'onceonly backup'");
    assertThat(data.resolve("onceonly.db")).hasBinaryContent(before);
  }

  @Test
  void aFileThatIsNoBackupLeavesTheFolderAlone() throws IOException {
    Path text = Files.writeString(folder.resolve("text"), "no database at all\n".repeat(99));
    Path empty = Files.createFile(folder.resolve("empty"));
    Path foreign = Files.createDirectory(folder.resolve("foreign"));
    Files.setPosixFilePermissions(foreign, PosixFilePermissions.fromString("rwxr-xr-x"));

    for (Path wrong : List.of(text, empty, folder, folder.resolve("missing"))) {
      Path made = folder.resolve("made");
      assertThat(Console.on(made, "restore", wrong.toString()).exitCode()).isEqualTo(1);
      assertThat(made).doesNotExist();
      assertThat(Console.on(foreign, "restore", wrong.toString()).exitCode()).isEqualTo(1);
      assertThat(foreign).isEmptyDirectory();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(foreign)))
          .isEqualTo("rwxr-xr-x");
    }
  }

  @Test
  void anEmptyDatabaseIsLeftAsItIs() throws IOException {
    Path database = data.resolve("onceonly.db");
    Files.write(database, new byte[0]);

    assertRefused(file, "is empty (0 bytes)", "onceonly.db* away");

    assertThat(database).isEmptyFile();
  }

  /// One line, exit status 1.
  private void assertRefused(Path wrong, String... saying) {
    Console.Ran ran = Console.on(data, "restore", "--replace", wrong.toString());
    assertThat(ran.exitCode()).as("%s: %s", wrong, ran).isEqualTo(1);
    assertThat(ran.err().lines()).as("%s: %s", wrong, ran).hasSize(1);
    assertThat(ran.err()).contains(saying);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(data)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  /// Overwrites the head of the page in which a text stands, wherever it does.
  private static void damageRows(Path database, byte[] text) throws IOException {
    byte[] bytes = Files.readAllBytes(database);
    try (RandomAccessFile out = new RandomAccessFile(database.toFile(), "rw")) {
      for (int at = 0; at + text.length < bytes.length; at++) {
        if (Arrays.equals(bytes, at, at + text.length, text, 0, text.length)) {
          // A table's leaf says what it is in its first byte.
          int page = at / 1_024 * 1_024;
          if (bytes[page] == 10 || bytes[page] == 13) {
            out.seek(page);
            out.write(new byte[] {99, 99, 99, 99, 99, 99, 99, 99});
          }
        }
      }
    }
  }

  private static void policy(Client admin, String agent, int actionsMax) {
    assertThat(admin.post("/v1/policies/" + agent, "max_actions_per_hour", actionsMax).status())
        .isEqualTo(200);
  }

  private static void tool(Client admin, String name) {
    Answer made =
        admin.post(
            "/v1/tools",
            "name",
            name,
            "scope_id",
            "global",
            "url",
            "https://tools.example.org/mail",
            "auth",
            Map.of("type", "hmac_sha256", "secret", "s3cret-of-the-tool-xyz"));
    assertThat(made.status()).as(made.body()).isEqualTo(200);
  }

  private static String keyId(String text) {
    return "key_" + Sha256.hex(text).substring(0, 12);
  }

  private String operator(String... words) {
    return Console.done(data, words);
  }

  private RunningServer start() {
    return RunningServer.start(
        Settings.of(Map.of("data", data.toString(), "port", "0", "api_key", ADMIN)));
  }
}
