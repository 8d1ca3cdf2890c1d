package dev.onceonly.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.server.fault.Attempt.Act;
import dev.onceonly.server.fault.ServerProcess.Ended;
import dev.onceonly.store.sqlite.DataFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// One data folder and several processes that want it.
@Timeout(180)
class FolderTest {
  @TempDir Path dir;
  private Path data = Path.of("");

  @BeforeEach
  void make() throws Exception {
    data = Files.createDirectory(dir.resolve("data"));
  }

  @Test
  void secondServerAndRestoreAreRefusedWhileAServerRuns() throws Exception {
    try (ServerProcess server = ServerProcess.serve(data, Map.of());
        ApiClient client = new ApiClient(server.port(), List.of(ServerProcess.API_KEY))) {
      Ended second = ServerProcess.run(data, "serve");
      assertThat(second.exitCode()).isEqualTo(1);
      assertThat(second.err()).contains("is in use by a running server").doesNotContain("\tat ");
      Path backup = dir.resolve("backup.db");
      assertThat(ServerProcess.run(data, "backup", backup.toString()).exitCode()).isZero();
      Ended restore = ServerProcess.run(data, "restore", "--replace", backup.toString());
      assertThat(restore.exitCode()).isEqualTo(1);
      assertThat(restore.err()).contains("is in use by a running server").doesNotContain("\tat ");
      assertThat(client.send(check()).text("status")).isEqualTo("locked");
      Ended third = ServerProcess.run(data, "serve");
      assertThat(third.exitCode()).as("still held after all those").isEqualTo(1);
    }
  }

  /// A command may be at work when a service comes back; its start is put off, not refused.
  @Test
  void aStartWaitsForACommandThatHoldsTheFolder() throws Exception {
    ServerProcess.serve(data, Map.of()).close();
    ServerProcess server;
    try (DataFolder command = DataFolder.hold(data)) {
      server = ServerProcess.launch(data, Map.of(), ServerProcess.MAIN, "serve");
      server.awaitLine("\"event\":\"start\"");
      server.awaitEnd(1_500);
      assertThat(command.path()).isEqualTo(data);
    }
    try (ServerProcess ready = server.awaitReady()) {
      assertThat(ready.isAlive()).isTrue();
    }
  }

  private static Attempt check() {
    return new Attempt(Act.CHECK, Place.of(Place.Kind.LOCK, 0, 1), null, null);
  }

  @Test
  void commandsBesideARunningServerWorkThroughItsSocket() throws Exception {
    try (ServerProcess server = ServerProcess.serve(data, Map.of())) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())))
          .isEqualTo("rw-------");
      Ended created = ServerProcess.run(data, "keys", "create");
      assertThat(created.exitCode()).as(created.err()).isZero();
      String apiKey = created.out().lines().findFirst().orElse("");
      try (ApiClient client = new ApiClient(server.port(), List.of(apiKey))) {
        assertThat(client.send(check()).text("status")).isEqualTo("locked");
      }
      assertThat(ServerProcess.run(data, "verify").out())
          .contains("1 locks", "2 API keys", "the store is consistent");
      Path backup = dir.resolve("backup.db");
      assertThat(ServerProcess.run(data, "backup", backup.toString()).exitCode()).isZero();
      Path other = dir.resolve("other");
      assertThat(ServerProcess.run(other, "restore", backup.toString()).exitCode()).isZero();
      assertThat(ServerProcess.run(other, "verify").out())
          .contains("1 locks", "2 API keys", "not resumed yet", "the store is consistent");
    }
    assertThat(socket()).doesNotExist();
    assertThat(ServerProcess.run(data, "keys", "list").out().lines()).hasSize(3);
  }

  private Path socket() {
    return data.resolve("admin.sock");
  }

  @Test
  void commandsWorkOnTheFolderOfAKilledServer() throws Exception {
    ServerProcess.serve(data, Map.of()).kill();
    assertThat(socket()).exists();
    assertThat(ServerProcess.run(data, "verify").out()).contains("the store is consistent");
  }

  @Test
  void startIsRefusedWhileTheWallClockIsFarBehindTheFolder() throws Exception {
    ServerProcess.serve(data, Map.of()).close();
    long aheadUs = (System.currentTimeMillis() + 3_600_000) * 1_000;
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + data.resolve("onceonly.db"));
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "UPDATE store_state SET value = " + aheadUs + " WHERE name = 'last_instant_us'");
    }
    Ended refused = ServerProcess.run(data, "serve");
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains("--accept-clock").doesNotContain("\tat ");
    try (ServerProcess server =
            ServerProcess.launch(data, Map.of(), ServerProcess.MAIN, "serve", "--accept-clock")
                .awaitReady();
        ApiClient client = new ApiClient(server.port(), List.of(ServerProcess.API_KEY))) {
      assertThat(client.send(check()).number("fence")).isGreaterThanOrEqualTo(aheadUs);
    }
  }

  @Test
  void takenPortIsSaidAndEndsTheProcess() throws Exception {
    Path other = dir.resolve("other");
    try (ServerProcess server = ServerProcess.serve(data, Map.of())) {
      Ended refused = ServerProcess.run(other, "serve", "--port", Integer.toString(server.port()));
      assertThat(refused.exitCode()).isEqualTo(1);
      assertThat(refused.err()).contains("can't listen on 127.0.0.1:" + server.port());
    }
  }
}
