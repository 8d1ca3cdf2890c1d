package dev.onceonly.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.server.RunningServer;
import dev.onceonly.server.api.Answer;
import dev.onceonly.server.api.Client;
import dev.onceonly.server.api.LiveServer;
import dev.onceonly.server.config.Settings;
import dev.onceonly.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/// The file of the key that sealed the tools' secrets is gone, or is another one.
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
final class LostSecretsKeyTest {
  private static final Logger LOG = Logger.getLogger("dev.onceonly.server.SecretsKeyWatch");

  @TempDir private Path dir = Path.of("");
  private Path data = Path.of("");
  private Path key = Path.of("");
  private Path kept = Path.of("");
  private final List<LogRecord> lines = new CopyOnWriteArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          lines.add(line);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void sealTwoSecrets() {
    LOG.addHandler(handler);
    data = dir.resolve("data");
    key = data.resolve("secrets.key");
    kept = dir.resolve("kept.key");
    try (RunningServer server = start()) {
      assertThat(register(server, "one").status()).isEqualTo(200);
      assertThat(register(server, "two").status()).isEqualTo(200);
      assertThat(notices(server)).isEmpty();
    }
  }

  @AfterEach
  void removeHandler() {
    LOG.removeHandler(handler);
  }

  private RunningServer start() {
    return RunningServer.start(
        Settings.of(Map.of("data", data.toString(), "port", "0", "api_key", LiveServer.ADMIN_KEY)));
  }

  private static Client admin(RunningServer server) {
    return new Client(server.port(), LiveServer.ADMIN_KEY);
  }

  private static Answer register(RunningServer server, String name) {
    return admin(server)
        .post(
            "/v1/tools",
            "name",
            name,
            "url",
            "https://tools.example.org/",
            "auth",
            Map.of("type", "hmac_sha256", "secret", "a-secret-xyz"));
  }

  private static List<String> notices(RunningServer server) {
    Answer ready = admin(server).get("/readyz");
    assertThat(ready.status()).isEqualTo(200);
    return ready.json().path("notices").valueStream().map(n -> n.path("code").asString()).toList();
  }

  private static void awaitNotices(RunningServer server, String... codes) {
    Await.until(() -> notices(server).equals(List.of(codes)));
  }

  private void requireRefused(RunningServer server) {
    Answer refused = register(server, "three");
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.text("/detail/error")).isEqualTo("secrets_key_missing");
    assertThat(refused.body()).doesNotContain(data.toString());
    assertThat(admin(server).post("/v1/check-lock", "key", "k" + System.nanoTime()).text("/status"))
        .isEqualTo("locked");
  }

  @Test
  void aMissingKeyIsToldAndNoOtherIsMadeUntilItIsBack() throws IOException {
    Files.move(key, kept);
    try (RunningServer server = start()) {
      awaitNotices(server, "secrets_key_missing");
      assertThat(lines).hasSize(1);
      assertThat(lines.getFirst().getLevel()).isEqualTo(Level.WARNING);
      requireRefused(server);
      Console.Ran rekey = Console.on(data, "rekey");
      assertThat(rekey.exitCode()).isEqualTo(1);
      assertThat(rekey.out()).startsWith("PROBLEM: the key file " + key + " is missing");
      assertThat(key).doesNotExist();

      Files.copy(kept, key);
      assertThat(register(server, "three").status()).isEqualTo(200);
      awaitNotices(server);
      assertThat(Console.done(data, "rekey"))
          .isEqualTo("sealed the secrets of 3 tools with a new key\n");
    }
  }

  @Test
  void anotherKeyIsToldAndSealsNothingUntilTheRightOneIsBack() throws IOException {
    Files.move(key, kept);
    Path other = otherKey();
    Files.copy(other, key);
    try (RunningServer server = start()) {
      awaitNotices(server, "secrets_key_missing");
      requireRefused(server);
      Console.Ran rekey = Console.on(data, "rekey");
      assertThat(rekey.exitCode()).isEqualTo(1);
      assertThat(rekey.out()).contains("opens none of the secrets");
      assertThat(key).hasSameBinaryContentAs(other);

      Files.delete(key);
      Files.copy(kept, key);
      assertThat(register(server, "three").status()).isEqualTo(200);
      awaitNotices(server);
    }
    assertThat(Console.done(data, "rekey"))
        .isEqualTo("sealed the secrets of 3 tools with a new key\n");
  }

  @Test
  void aKeyFileThatIsLostWhileTheServerRunsIsToldAndWrittenAgainByRekey() throws IOException {
    try (RunningServer server = start()) {
      awaitNotices(server);
      Files.move(key, kept);
      requireRefused(server);
      awaitNotices(server, "secrets_key_missing");
      assertThat(lines).hasSize(1);
      assertThat(lines.getFirst().getLevel()).isEqualTo(Level.WARNING);
      assertThat(key).doesNotExist();

      Files.copy(kept, key);
      assertThat(register(server, "three").status()).isEqualTo(200);
      awaitNotices(server);

      Files.delete(key);
      awaitNotices(server, "secrets_key_missing");
      Console.Ran abandon = Console.on(data, "rekey", "--abandon-lost-secrets");
      assertThat(abandon.exitCode()).isEqualTo(1);
      assertThat(abandon.out()).contains("nothing is lost yet");
      assertThat(Console.done(data, "rekey"))
          .isEqualTo("sealed the secrets of 3 tools with a new key\n");
      awaitNotices(server);
    }
    assertThat(Console.done(data, "rekey"))
        .isEqualTo("sealed the secrets of 3 tools with a new key\n");
  }

  @Test
  void aKeyFileThatIsReplacedWhileTheServerRunsIsToldAndLeft() throws IOException {
    Path other = otherKey();
    try (RunningServer server = start()) {
      awaitNotices(server);
      Files.move(key, kept);
      for (byte[] wrong : List.of(Files.readAllBytes(other), new byte[] {1})) {
        Files.write(key, wrong);
        requireRefused(server);
        awaitNotices(server, "secrets_key_missing");
        Console.Ran rekey = Console.on(data, "rekey");
        assertThat(rekey.exitCode()).isEqualTo(1);
        assertThat(rekey.out()).contains("move it away");
        assertThat(key).hasBinaryContent(wrong);
      }
      Files.delete(key);
      Files.copy(kept, key);
      assertThat(register(server, "three").status()).isEqualTo(200);
      awaitNotices(server);
    }
  }

  private Path otherKey() throws IOException {
    Path elsewhere = data;
    data = dir.resolve("other");
    try (RunningServer server = start()) {
      register(server, "one");
    }
    Path other = data.resolve("secrets.key");
    data = elsewhere;
    return other;
  }

  @Test
  void aFileThatIsNoKeyIsToldAndLeft() throws IOException {
    Files.writeString(key, "no key");
    Console.Ran rekey = Console.on(data, "rekey", "--abandon-lost-secrets");
    assertThat(rekey.exitCode()).isEqualTo(1);
    assertThat(rekey.out()).contains("can't be used");
    try (RunningServer server = start()) {
      awaitNotices(server, "secrets_key_missing");
      requireRefused(server);
    }
    assertThat(key).hasContent("no key");
  }

  @Test
  void deletingAllToolsWhoseSecretsAreLostIsAWayOutToo() throws IOException {
    Files.delete(key);
    try (RunningServer server = start()) {
      awaitNotices(server, "secrets_key_missing");
      assertThat(admin(server).delete("/v1/tools/one").status()).isEqualTo(200);
      requireRefused(server);
      assertThat(admin(server).delete("/v1/tools/two").status()).isEqualTo(200);
      assertThat(register(server, "one").status()).isEqualTo(200);
      awaitNotices(server);
    }
  }

  @Test
  void anOperatorGivesLostSecretsUpOnPurpose() throws IOException {
    Files.delete(key);
    Console.Ran refused = Console.on(data, "rekey");
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.out()).contains("--abandon-lost-secrets");
    assertThat(key).doesNotExist();

    assertThat(Console.done(data, "rekey", "--abandon-lost-secrets"))
        .contains("switched off one in scope global", "switched off two in scope global")
        .endsWith("gave up the secrets of 2 tools\n");

    try (RunningServer server = start()) {
      Answer one = admin(server).get("/v1/tools/one");
      assertThat(one.text("/enabled")).isEqualTo("false");
      assertThat(one.text("/url")).isEqualTo("https://tools.example.org/");
      assertThat(register(server, "one").text("/enabled")).isEqualTo("true");
      assertThat(notices(server)).isEmpty();
    }
    assertThat(Console.done(data, "audit", "log", "--namespace", "default"))
        .contains("tool.secret_lost");
    assertThat(Console.done(data, "rekey")).startsWith("sealed the secrets of 2 tools");
  }
}
