package dev.onceonly.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.server.RunningServer;
import dev.onceonly.server.api.Answer;
import dev.onceonly.server.api.Client;
import dev.onceonly.server.api.LiveServer;
import dev.onceonly.server.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// `onceonly backup`, `restore`, `resume` and `verify`.
class BackupCommandTest {
  @RegisterExtension static final LiveServer SERVER = LiveServer.withDefaults();

  private static long fence;

  @TempDir private Path folder = Path.of("");

  @BeforeAll
  static void fillTheStore() {
    Client admin = SERVER.admin();
    fence = admin.post("/v1/check-lock", "key", "k", "ttl", 86_400).number("/fence");
    Answer lease = admin.post("/v1/ai/lease", "key", "k");
    admin.postText(
        "/v1/ai/complete",
        "{\"key\":\"k\",\"lease_id\":\"%s\",\"result\":{\"n\":1}}"
            .formatted(lease.text("/lease_id")));
  }

  @Test
  void aBackupOfARunningServerIsRestoredIntoAnotherFolder() {
    Path file = backup();
    Path data = folder.resolve("restored");

    assertThat(Console.done(data, "restore", file.toString()))
        .startsWith("restored " + file + " into " + data);

    try (RunningServer restored = start(data)) {
      Client admin = new Client(restored.port(), LiveServer.ADMIN_KEY);
      assertThat(restored.madeKey()).isNull();
      assertThat(admin.post("/v1/check-lock", "key", "k").text("/status")).isEqualTo("duplicate");
      assertThat(admin.get("/v1/ai/result", "key", "k").number("/result/n")).isEqualTo(1);
      assertThat(admin.get("/v1/me").number("/requests_total_all_time")).isGreaterThan(1);
      assertThat(admin.post("/v1/check-lock", "key", "new").number("/fence")).isGreaterThan(fence);
    }
  }

  @Test
  void aRestoredKeyIsBoundAsItWasAndToTheClaimsThatItMade() {
    String bound = keyText("--locks", "order-*");
    String bot = keyText();
    Answer theirs = SERVER.client(bound).post("/v1/ai/lease", "key", "order-7");
    Answer own = SERVER.client(bot).post("/v1/ai/lease", "key", "own");
    Path data = folder.resolve("bound");
    Console.done(data, "restore", backup().toString());

    try (RunningServer restored = start(data)) {
      Client client = new Client(restored.port(), bound);
      assertThat(client.post("/v1/ai/lease", "key", "order-7").text("/status"))
          .isEqualTo("polling");
      assertThat(client.post("/v1/ai/lease", "key", "other").status()).isEqualTo(403);
      assertThat(cancel(restored, bot, "order-7", theirs).status()).isEqualTo(403);
      assertThat(cancel(restored, bot, "own", own).status()).isEqualTo(200);
    }
  }

  private static String keyText(String... more) {
    List<String> words =
        new ArrayList<>(List.of("keys", "create", "--role", "agent", "--agent", "bot-*"));
    words.addAll(List.of(more));
    return SERVER.operator(words.toArray(String[]::new)).lines().findFirst().orElseThrow();
  }

  private static Answer cancel(RunningServer server, String keyText, String key, Answer lease) {
    return new Client(server.port(), keyText)
        .post("/v1/ai/cancel", "key", key, "lease_id", lease.text("/lease_id"));
  }

  @Test
  void aBackupOverwritesNothing() throws IOException {
    Path file = Files.writeString(folder.resolve("taken"), "precious");

    Console.Ran ran = Console.on(SERVER.data(), "backup", file.toString());

    assertRefused(ran, "the file " + file + " exists already; a backup overwrites nothing");
    assertThat(Files.readString(file)).isEqualTo("precious");
    assertThat(
            Console.on(SERVER.data(), "backup", folder.resolve("no/such/folder").toString())
                .exitCode())
        .isEqualTo(1);
  }

  @Test
  void aRestoredStoreIsPausedUntilItIsResumed() {
    Path data = folder.resolve("paused");
    Console.done(data, "restore", backup().toString());

    assertThat(Console.done(data, "verify"))
        .contains("restored from a backup and not resumed yet", "the store is consistent");
    assertThat(Console.done(data, "resume").strip()).isEqualTo("resumed");
    assertThat(Console.done(data, "resume").strip()).isEqualTo("there was nothing to resume");
    assertThat(Console.done(data, "verify")).doesNotContain("not resumed yet");
  }

  @Test
  void aStoreIsReplacedOnlyWhenAsked() {
    Path file = backup();
    Path data = folder.resolve("used");
    Console.makeStore(data);
    Console.done(data, "namespaces", "create", "before");

    Console.Ran refused = Console.on(data, "restore", file.toString());

    assertRefused(
        refused, "the folder " + data + " has a store already; give --replace to replace it");
    assertThat(Console.done(data, "namespaces", "list")).contains("before");
    Console.done(data, "restore", "--replace", file.toString());
    assertThat(Console.done(data, "namespaces", "list"))
        .doesNotContain("before")
        .contains("default");
  }

  @Test
  void whatIsNoBackupIsRefusedAndTheStoreStays() throws IOException, SQLException {
    Path data = folder.resolve("kept");
    Console.makeStore(data);
    Console.done(data, "namespaces", "create", "before");
    Path text = Files.writeString(folder.resolve("text"), "no database at all, only some words\n");
    Path empty = Files.createFile(folder.resolve("empty"));
    Path missing = folder.resolve("missing");

    for (Path file : new Path[] {text, empty, missing, foreign(), damaged(), folder}) {
      Console.Ran ran = Console.on(data, "restore", "--replace", file.toString());

      assertThat(ran.exitCode()).as("%s", file).isEqualTo(1);
      assertThat(ran.err()).as("%s", file).startsWith("onceonly: ");
      assertThat(ran.err().lines()).as("%s", file).hasSize(1);
      assertThat(Console.done(data, "namespaces", "list")).contains("before");
      assertThat(Console.done(data, "verify")).doesNotContain("not resumed yet");
    }
  }

  @Test
  void nothingIsRestoredUnderARunningServer() {
    Console.Ran ran = Console.on(SERVER.data(), "restore", "--replace", backup().toString());

    assertRefused(
        ran,
        "the data folder "
            + SERVER.data()
            + " is in use by a running server; stop it first, or use another folder");
    assertThat(SERVER.admin().get("/v1/me").status()).isEqualTo(200);
  }

  @Test
  void verifyCountsTheRowsOfARunningServer() {
    assertThat(Console.done(SERVER.data(), "verify").lines())
        .contains("the store is consistent")
        .anyMatch(line -> line.matches("\\d+ locks"));
  }

  @Test
  void verifyFindsWhatCannotBe() throws SQLException {
    Path data = folder.resolve("bent");
    Console.done(data, "restore", backup().toString());
    execute(data.resolve("onceonly.db"), "UPDATE api_keys SET namespace_id = 99");

    Console.Ran ran = Console.on(data, "verify");

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out())
        .contains("PROBLEM: ", "API keys of a namespace that does not exist")
        .contains("the store is NOT consistent");
  }

  private Path backup() {
    Path file = folder.resolve("backup-" + System.nanoTime() + ".db");
    assertThat(Console.done(SERVER.data(), "backup", file.toString()).strip())
        .isEqualTo("wrote " + file);
    return file;
  }

  private Path foreign() throws SQLException {
    Path file = folder.resolve("foreign.db");
    execute(file, "CREATE TABLE locks (key TEXT)");
    return file;
  }

  /// A backup with rubbish in its middle.
  private Path damaged() throws IOException {
    Path file = backup();
    byte[] bytes = Files.readAllBytes(file);
    for (int i = bytes.length / 4; i < bytes.length * 3 / 4; i++) {
      bytes[i] = (byte) (i * 31);
    }
    return Files.write(file, bytes);
  }

  private static void execute(Path database, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  private static RunningServer start(Path data) {
    return RunningServer.start(Settings.of(Map.of("data", data.toString(), "port", "0")));
  }

  private static void assertRefused(Console.Ran ran, String why) {
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err().strip()).isEqualTo("onceonly: " + why);
  }
}
