package dev.onceonly.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.server.api.LiveServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `onceonly rekey`.
final class RekeyCommandTest {
  @TempDir private Path data = Path.of("");

  @Test
  void beforeTheFirstSecretThereIsNothingToChange() {
    Console.makeStore(data);
    assertThat(Console.done(data, "rekey").strip())
        .isEqualTo("there is no key yet, since no secret has been sealed");
    assertThat(data.resolve("secrets.key")).doesNotExist();
  }

  @Test
  void aRunningServerChangesItsKeyAndGoesOn() throws IOException {
    try (LiveServer server = LiveServer.withDefaults().start()) {
      register(server, "one");
      register(server, "two");
      Path file = server.data().resolve("secrets.key");
      String before = Files.readString(file);

      assertThat(Console.done(server.data(), "rekey").strip())
          .isEqualTo("sealed the secrets of 2 tools with a new key");

      assertThat(Files.readString(file)).isNotEqualTo(before);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      register(server, "three");
    }
  }

  @Test
  void theKeyMayLieElsewhere() throws IOException {
    Path elsewhere = data.resolve("key");
    try (LiveServer server =
        LiveServer.with(Map.of("secrets_key_file", elsewhere.toString())).start()) {
      register(server, "one");

      assertThat(elsewhere).exists();
      assertThat(server.data().resolve("secrets.key")).doesNotExist();
    }
  }

  private static void register(LiveServer server, String name) {
    int status =
        server
            .admin()
            .post(
                "/v1/tools",
                "name",
                name,
                "url",
                "https://tools.example.org/",
                "auth",
                Map.of("type", "hmac_sha256", "secret", "a-secret-xyz"))
            .status();
    assertThat(status).isEqualTo(200);
  }
}
