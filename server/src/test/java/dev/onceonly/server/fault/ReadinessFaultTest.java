package dev.onceonly.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.testkit.Await;
import dev.onceonly.testkit.fault.FaultSwitches;
import dev.onceonly.testkit.fault.NativeFaults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A real server whose disk takes no writes is not ready, says so everywhere, and is ready again by
/// itself, although nobody sends it anything meanwhile.
@Timeout(120)
class ReadinessFaultTest {
  private static final Map<String, String> QUICK = Map.of("ONCEONLY_FLUSH_SLOW_MS", "300");

  @TempDir Path dir;
  private Path data = Path.of("");

  @BeforeEach
  void prepare() throws Exception {
    data = Files.createDirectory(dir.resolve("data"));
  }

  private static Answer ready(ServerProcess server) {
    try (WireClient wire = new WireClient(server.port())) {
      return wire.get("", "/readyz");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String storeReady(ServerProcess server) throws IOException {
    try (WireClient wire = new WireClient(server.port())) {
      return wire.raw("GET", "", "/metrics", null)
          .body()
          .lines()
          .filter(line -> line.startsWith("onceonly_store_ready "))
          .findFirst()
          .orElse("none");
    }
  }

  private static Answer lock(ServerProcess server, String key) {
    try (WireClient wire = new WireClient(server.port())) {
      return wire.post(ServerProcess.API_KEY, "/v1/check-lock", Map.of("key", key, "ttl", 60));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void requireNotReady(ServerProcess server, String code) throws IOException {
    Await.until(() -> ready(server).status() == 503);
    Answer answer = ready(server);
    assertThat(answer.text("status")).isEqualTo("not_ready");
    assertThat(answer.body().path("reasons").path(0).path("code").asString()).isEqualTo(code);
    assertThat(answer.text("reason")).isNotBlank();
    assertThat(storeReady(server)).isEqualTo("onceonly_store_ready 0.0");
  }

  /// Nothing is sent but the question whether it is ready.
  private static void requireReadyByItself(ServerProcess server) throws IOException {
    Await.until(() -> ready(server).status() == 200);
    assertThat(storeReady(server)).isEqualTo("onceonly_store_ready 1.0");
    assertThat(lines(server, "the store is not ready")).isNotEmpty();
    Await.until(() -> !lines(server, "the store is ready again").isEmpty());
    assertThat(lines(server, "the store is not ready").getFirst()).contains("\"warn\"");
    assertThat(lines(server, "the store is ready again").getFirst()).contains("\"info\"");
  }

  private static List<String> lines(ServerProcess server, String text) {
    try {
      return server.log().stream().filter(line -> line.contains(text)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aFullDiskIsNotReadyUntilThereIsSpace() throws Exception {
    try (Ballast ballast = Ballast.mount(data, "16m");
        ServerProcess server = ServerProcess.serve(data, Map.of())) {
      assertThat(ready(server).status()).isEqualTo(200);
      ballast.fill();
      long number = 0;
      while (lock(server, "k" + ++number).status() == 200) {}
      requireNotReady(server, "storage_full");
      assertThat(ready(server).body().path("notices").path(0).path("code").asString())
          .isEqualTo("storage_low");
      ballast.empty();
      requireReadyByItself(server);
      assertThat(lock(server, "k" + number).text("status")).isEqualTo("locked");
    }
  }

  @Test
  void aDiskThatDoesNotAnswerIsNotReadyWhileItHangs() throws Exception {
    try (FrozenDisk disk = FrozenDisk.mount(data);
        ServerProcess server = ServerProcess.serve(data, QUICK)) {
      assertThat(lock(server, "first").text("status")).isEqualTo("locked");
      disk.freeze();
      CompletableFuture<Answer> hanging =
          CompletableFuture.supplyAsync(() -> lock(server, "second"));
      requireNotReady(server, "storage_slow");
      Await.until(() -> !lines(server, "the store is not ready").isEmpty());
      assertThat(hanging).isNotDone();
      disk.thaw();
      assertThat(hanging.join().text("status")).isEqualTo("locked");
      requireReadyByItself(server);
    }
  }

  @Test
  void slowFlushesAreNotReady() throws Exception {
    FaultSwitches switches = FaultSwitches.create(dir.resolve("switches"));
    Map<String, String> environment =
        new HashMap<>(NativeFaults.compile(dir).faulty(data, switches));
    environment.putAll(QUICK);
    try (ServerProcess server = ServerProcess.serve(data, environment)) {
      switches.delayFlushes(Duration.ofMillis(700));
      assertThat(lock(server, "slow").text("status")).isEqualTo("locked");
      requireNotReady(server, "storage_slow");
      switches.delayFlushes(Duration.ZERO);
      requireReadyByItself(server);
    }
  }

  @Test
  void aLockOfAnotherProgramIsNotReadyUntilItEnds() throws Exception {
    try (ServerProcess server =
            ServerProcess.serve(data, Map.of("ONCEONLY_FLUSH_SLOW_MS", "4000"));
        Connection other =
            DriverManager.getConnection("jdbc:sqlite:" + data.resolve("onceonly.db"));
        Statement statement = other.createStatement()) {
      statement.executeUpdate("BEGIN IMMEDIATE");
      assertThat(lock(server, "k").error()).isEqualTo("overloaded");
      requireNotReady(server, "storage_locked");
      statement.executeUpdate("ROLLBACK");
      requireReadyByItself(server);
    }
  }
}
