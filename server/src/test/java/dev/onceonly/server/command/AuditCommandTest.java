package dev.onceonly.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.server.api.LiveServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// `onceonly audit`, beside a running server and without one.
class AuditCommandTest {
  @RegisterExtension static final LiveServer SERVER = LiveServer.withDefaults();

  @TempDir private Path folder = Path.of("");

  @Test
  void changesOfKeysAndNamespacesAreInTheLogWithWhoMadeThem() {
    SERVER.operator("namespaces", "create", "logged", "--plan", "free");
    String key = SERVER.operator("keys", "create", "--namespace", "logged");
    String keyId = key.lines().skip(1).findFirst().orElseThrow().substring(3, 19);
    SERVER.operator("namespaces", "plan", "logged", "pro");
    SERVER.operator("namespaces", "email", "logged", "ops@example.org");
    SERVER
        .client(key.lines().findFirst().orElseThrow())
        .post("/v1/me/notifications", "tool_error_notifications_enabled", false);
    SERVER.operator("keys", "disable", keyId);

    List<String> log = log("--namespace", "logged");

    assertThat(log.getFirst()).matches("NUMBER +TIME +ACTION +ACTOR +WHAT");
    assertThat(log.stream().skip(1).map(line -> line.replaceAll(" +", " ").split(" ", 3)[2]))
        .containsExactly(
            "namespace.create operator logged on plan free",
            "key.create operator " + keyId + ", role admin",
            "namespace.plan operator free to pro",
            "namespace.email operator set",
            "namespace.notifications " + keyId + " email on, tool errors off, run failures on",
            "key.disable operator " + keyId);
    assertThat(String.join("\n", log)).doesNotContain("once_live_", "ops@example.org");
    assertThat(log("--namespace", "logged", "--limit", "2"))
        .hasSize(3)
        .last()
        .asString()
        .contains("key.disable");
    assertThat(SERVER.operator("audit", "verify")).endsWith("the audit log is sound\n");
  }

  @Test
  void anAgentsLogIsItsOwnAndSteersNoTerminal() {
    Path data = folder.resolve("data");
    Console.makeStore(data);
    Console.done(data, "namespaces", "create", "default");
    new AuditTamper(data).appendCalls("bot\u001b[2J", 2, "mail.\u001b[31msend\u202e");

    List<String> log =
        Console.done(data, "audit", "log", "--agent", "bot\u001b[2J").lines().toList();

    assertThat(log).hasSize(3);
    assertThat(log.getLast())
        .endsWith("executed mail.?[31msend?, allowed, risk low, call_1, detail");
    assertThat(Console.done(data, "audit", "log", "--agent", "nobody").lines()).hasSize(1);
    new AuditTamper(data).execute("DELETE FROM audit_entries WHERE number = 2");
    assertThat(Console.on(data, "audit", "verify").out())
        .contains("BROKEN: entry 2 is missing (agent \"bot\\u001B[2J\" of namespace default)");
  }

  @Test
  void aLimitHasBounds() {
    for (String limit : new String[] {"0", "-1", "10001", "x"}) {
      assertThat(SERVER.operatorAnswer("audit", "log", "--limit", limit).exitCode()).isEqualTo(2);
    }
    assertThat(SERVER.operatorAnswer("audit", "log", "--namespace", "nobody").err().strip())
        .isEqualTo("onceonly: there is no namespace nobody");
  }

  @Test
  void aCheckpointIsAPlainTextThatNamesEveryHead() {
    List<String> lines = SERVER.operator("audit", "checkpoint").lines().toList();

    assertThat(lines.getFirst())
        .matches(
            "\\{\"checkpoint\":\"onceonly audit checkpoint 2\",\"at\":\"20[^\"]+Z\",\"at_ms\":\\d+,"
                + "\"chains\":\\d+,\"public_key\":\"[A-Za-z0-9+/=]{60}\"}");
    assertThat(lines.subList(1, lines.size() - 1))
        .isNotEmpty()
        .allMatch(line ->
            line.matches(
                "\\{\"namespace\":\"[^\"]+\",\"namespace_id\":\\d+,\"chain\":\"[^\"]+\","
                    + "\"length\":\\d+,\"head_hash\":\"[0-9a-f]{64}\",\"head_at_ms\":\\d+,"
                    + "\"anchor\":\\{\"number\":0,\"hash\":\"0{64}\",\"at_ms\":0,"
                    + "\"removed_at_ms\":0,\"kept_ms\":0}}"));
    assertThat(lines.getLast()).matches("\\{\"signature\":\"[A-Za-z0-9+/=]{88}\"}");
  }

  @Test
  void theKeyIsMadeOnceForItsOwnerOnlyAndIsInNoBackup() throws IOException {
    String key = SERVER.operator("audit", "checkpoint", "--public-key");
    assertThat(key)
        .startsWith("-----BEGIN PUBLIC KEY-----\n")
        .endsWith("-----END PUBLIC KEY-----\n");
    assertThat(SERVER.operator("audit", "checkpoint", "--public-key")).isEqualTo(key);
    Path file = SERVER.data().resolve("audit-key.pem");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    String secret = Files.readString(file).lines().skip(1).findFirst().orElseThrow();
    Path backup = folder.resolve("backup.db");
    SERVER.operator("backup", backup.toString());
    assertThat(Files.readString(backup, StandardCharsets.ISO_8859_1)).doesNotContain(secret);
    assertThat(SERVER.operator("audit", "checkpoint")).doesNotContain(secret);
    try (Stream<Path> files = Files.list(SERVER.data())) {
      assertThat(files.map(path -> path.getFileName().toString()))
          .noneMatch(name -> name.contains("partial"));
    }
  }

  @Test
  void aCheckpointIsBelievedOnlyUnderItsKey() throws IOException {
    Path checkpoint = folder.resolve("checkpoint");
    Console.done(SERVER.data(), "audit", "checkpoint", "--out", checkpoint.toString());
    Path key = folder.resolve("key.pem");
    Files.writeString(key, SERVER.operator("audit", "checkpoint", "--public-key"));
    String asText =
        Files.readString(checkpoint).replaceAll("(?s).*\"public_key\":\"([^\"]+)\".*", "$1");
    Path other = folder.resolve("other");
    Console.makeStore(other);
    Console.done(other, "namespaces", "create", "default");
    Path otherKey = folder.resolve("other.pem");
    Files.writeString(otherKey, Console.done(other, "audit", "checkpoint", "--public-key"));

    for (String given : List.of(key.toString(), asText)) {
      assertThat(
              Console.done(
                  SERVER.data(),
                  "audit",
                  "verify",
                  "--against=" + checkpoint,
                  "--public-key=" + given))
          .endsWith("the audit log is sound\n");
    }
    assertRefused(
        Console.on(
            SERVER.data(),
            "audit",
            "verify",
            "--against",
            checkpoint.toString(),
            "--public-key",
            otherKey.toString()),
        "the checkpoint was not signed with this key, or was changed since");
    assertRefused(
        Console.on(
            SERVER.data(),
            "audit",
            "verify",
            "--against",
            checkpoint.toString(),
            "--public-key",
            "no key"),
        "--public-key takes an Ed25519 public key, or a file with one");
  }

  @Test
  void aCheckpointThatWasChangedIsRefused() throws IOException {
    Path checkpoint = folder.resolve("checkpoint");
    SERVER.operator("audit", "checkpoint", "--out", checkpoint.toString());
    String text = Files.readString(checkpoint);
    List<String> lines = text.lines().toList();
    String signature = lines.getLast() + "\n";

    for (String changed :
        List.of(
            text.replaceFirst("\"length\":", "\"length\":1"),
            text.replace(lines.get(1) + "\n", ""),
            text.replaceFirst("\"at\":\"20", "\"at\":\"19"),
            signature)) {
      assertRefused(
          verifyAgainst(Files.writeString(checkpoint, changed)),
          "the checkpoint was not signed with this key, or was changed since");
    }
    for (String none : List.of("", "\n\n", "no json", text.replace(signature, ""), "{}", "[]\n")) {
      assertRefused(
          verifyAgainst(Files.writeString(checkpoint, none)),
          "this is not a checkpoint of OnceOnly's: its last line is not a signature");
    }
    assertRefused(
        verifyAgainst(folder.resolve("missing")),
        "can't read the checkpoint " + folder.resolve("missing"));
    Files.writeString(checkpoint, text + "\n");
    assertThat(verifyAgainst(checkpoint).exitCode()).isZero();
  }

  @Test
  void aCheckpointOverwritesNothing() throws IOException {
    Path file = Files.writeString(folder.resolve("taken"), "precious");

    assertRefused(
        Console.on(SERVER.data(), "audit", "checkpoint", "--out", file.toString()),
        "the file " + file + " exists already; a checkpoint overwrites nothing");
    assertThat(Files.readString(file)).isEqualTo("precious");
  }

  @Test
  void aKeyFileThatIsNoneIsRefusedAndKept() throws IOException {
    Path data = folder.resolve("bad-key");
    Console.makeStore(data);
    Console.done(data, "namespaces", "create", "default");
    Path file = Files.writeString(data.resolve("audit-key.pem"), "-----BEGIN PRIVATE KEY-----\n");

    assertRefused(
        Console.on(data, "audit", "checkpoint"), "the file " + file + " holds no Ed25519 key pair");
    assertThat(Files.readString(file)).isEqualTo("-----BEGIN PRIVATE KEY-----\n");
  }

  @Test
  void aLostKeyIsNotReplacedUnlessToldTo() throws IOException {
    Path data = folder.resolve("lost-key");
    Console.makeStore(data);
    Console.done(data, "namespaces", "create", "default");
    Path checkpoint = folder.resolve("checkpoint");
    Console.Ran first = Console.on(data, "audit", "checkpoint", "--out", checkpoint.toString());
    Path key = data.resolve("audit-key.pem");
    assertThat(first.err()).startsWith("made the key " + key);
    Path kept = Files.move(key, folder.resolve("kept.pem"));

    assertRefused(
        Console.on(data, "audit", "verify", "--against", checkpoint.toString()),
        "there is no audit-key.pem in "
            + data
            + "; say with --public-key which key must have signed the checkpoint");
    for (String option : List.of("--public-key", "--out=" + folder.resolve("second"))) {
      assertRefused(
          Console.on(data, "audit", "checkpoint", option),
          "there is no audit-key.pem in "
              + data
              + ", and checkpoints were signed before: put their key back. If it is lost for good:"
              + " audit checkpoint --accept-new-key");
    }
    assertThat(key).doesNotExist();
    assertThat(folder.resolve("second")).doesNotExist();
    Files.copy(kept, key);
    assertThat(Console.on(data, "audit", "checkpoint").err()).isEmpty();

    Files.delete(key);
    Console.Ran accepted = Console.on(data, "audit", "checkpoint", "--accept-new-key");
    assertThat(accepted.exitCode()).isZero();
    assertThat(accepted.err()).startsWith("made the key ");
    assertThat(Console.on(data, "audit", "checkpoint").err()).isEmpty();
    Files.delete(key);
    Files.copy(kept, key);
    assertRefused(
        Console.on(data, "audit", "checkpoint"),
        "the key in "
            + key
            + " is another one, and checkpoints were signed before: put their key back. If it is"
            + " lost for good: audit checkpoint --accept-new-key");
  }

  @Test
  void aStoreThatNotedNoKeyTakesTheOneThatIsThere() {
    Path data = folder.resolve("older");
    Console.makeStore(data);
    Console.done(data, "namespaces", "create", "default");
    String key = Console.done(data, "audit", "checkpoint", "--public-key");
    new AuditTamper(data).execute("DELETE FROM store_state WHERE name = 'checkpoint_key'");

    assertThat(Console.on(data, "audit", "checkpoint").err()).isEmpty();
    assertThat(Console.done(data, "audit", "checkpoint", "--public-key")).isEqualTo(key);
  }

  @Test
  void verifyNamesTwentyBrokenChainsAndCountsTheOthers() {
    Path data = folder.resolve("many-broken");
    Console.makeStore(data);
    Console.done(data, "namespaces", "create", "default");
    AuditTamper tamper = new AuditTamper(data);
    for (int agent = 10; agent < 32; agent++) {
      tamper.appendCalls("bot-" + agent, 2, "mail.send");
    }
    tamper.execute("UPDATE audit_entries SET actor = 'key_2' WHERE number = 2");

    Console.Ran ran = Console.on(data, "verify");

    assertThat(ran.exitCode()).isEqualTo(1);
    List<String> problems = ran.out().lines().filter(line -> line.startsWith("PROBLEM: ")).toList();
    assertThat(problems)
        .hasSize(21)
        .contains(
            "PROBLEM: in the audit log, entry 2 was changed: its hash does not fit what it says"
                + " (agent \"bot-10\" of namespace default)");
    assertThat(problems.getLast())
        .isEqualTo(
            "PROBLEM: 2 more chains of the audit log are broken (an entry was changed: its hash does"
                + " not fit what it says); 'onceonly audit verify' names them");
  }

  private static List<String> log(String... options) {
    List<String> words = new ArrayList<>(List.of("audit", "log"));
    words.addAll(List.of(options));
    return SERVER.operator(words.toArray(String[]::new)).lines().toList();
  }

  private static Console.Ran verifyAgainst(Path checkpoint) {
    return Console.on(SERVER.data(), "audit", "verify", "--against", checkpoint.toString());
  }

  private static void assertRefused(Console.Ran ran, String why) {
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err().strip()).isEqualTo("onceonly: " + why);
  }
}
