package dev.onceonly.server.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.core.Failure;
import dev.onceonly.server.RunningServer;
import dev.onceonly.server.api.Client;
import dev.onceonly.server.api.LiveServer;
import dev.onceonly.server.config.Settings;
import dev.onceonly.server.config.SettingsException;
import dev.onceonly.store.sqlite.StoreRefused;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.logging.LogManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Starts, stops and refusals to start.
class ServerStartTest {
  @TempDir private Path data = Path.of("");

  /// `serve` sets up the process's logging, on the standard error of that moment.
  @AfterEach
  void logAsBefore() throws IOException {
    LogManager.getLogManager().readConfiguration();
  }

  @Test
  void anEmptyFolderGetsAnAdministratorsKeyWhichIsToldOnce() {
    String key;
    try (RunningServer first = start()) {
      key = Objects.requireNonNull(first.madeKey()).text();
      assertThat(key).matches("once_live_[0-9A-Za-z]{40}");
      assertThat(new Client(first.port(), key).get("/v1/me").text("/role")).isEqualTo("admin");
    }
    try (RunningServer second = start()) {
      assertThat(second.madeKey()).isNull();
      assertThat(new Client(second.port(), key).get("/v1/me").text("/namespace"))
          .isEqualTo("default");
    }
  }

  @Test
  void aGivenKeyIsKnownFromTheStartAndTheNextStart() {
    for (int i = 0; i < 2; i++) {
      try (RunningServer server = start("api_key", LiveServer.ADMIN_KEY)) {
        assertThat(server.madeKey()).isNull();
        assertThat(new Client(server.port(), LiveServer.ADMIN_KEY).get("/v1/me").status())
            .isEqualTo(200);
      }
    }
  }

  @Test
  void aGivenKeyThatIsDisabledOrNoKeyIsRefusedWithoutNamingIt() {
    start("api_key", LiveServer.ADMIN_KEY).close();
    String id =
        Console.done(data, "keys", "list")
            .lines()
            .skip(1)
            .findFirst()
            .orElseThrow()
            .split(" ", 2)[0];
    Console.done(data, "keys", "disable", id);

    assertThatThrownBy(() -> start("api_key", LiveServer.ADMIN_KEY))
        .isInstanceOf(Failure.class)
        .hasMessage("the API key that was given is disabled: " + id);
    assertThatThrownBy(() -> start("api_key", "too-short"))
        .isInstanceOf(SettingsException.class)
        .hasMessage("setting api_key takes 16 to 256 visible ASCII characters");
  }

  @Test
  void aStartThatIsRefusedLeavesNothingBehind() {
    long lanes = lanes();

    assertThatThrownBy(() -> start("default_plan", "gold"))
        .isInstanceOf(SettingsException.class)
        .hasMessage(
            "setting default_plan takes one of [agency, free, pro, starter, unlimited], was 'gold'");
    assertThatThrownBy(
            () -> start("smtp_host", "127.0.0.1", "smtp_from", "a@b", "smtp_ca_file", "/x"))
        .isInstanceOf(SettingsException.class)
        .hasMessage("setting smtp_ca_file can't be used, there is no such file, was '/x'");

    assertThat(lanes()).isEqualTo(lanes);
    start().close();
  }

  @Test
  void aPortInUseIsSaidInOneLine() {
    try (RunningServer other = start()) {
      long lanes = lanes();

      Console.Ran ran =
          Console.on(data.resolve("second"), "serve", "--port", String.valueOf(other.port()));

      assertThat(ran.exitCode()).isEqualTo(1);
      assertThat(ran.err().lines().filter(line -> line.startsWith("onceonly: ")))
          .containsExactly(
              "onceonly: can't listen on 127.0.0.1:" + other.port() + ", is the port taken?");
      assertThat(lanes()).isEqualTo(lanes);
    }
  }

  @Test
  void aFolderInUseIsRefused() {
    try (RunningServer first = start()) {
      assertThatThrownBy(this::start)
          .isInstanceOf(StoreRefused.class)
          .hasMessage(
              "the data folder "
                  + data
                  + " is in use by a running server; stop it first, or use another folder");
      assertThat(new Client(first.port(), "x").get("/healthz").status()).isEqualTo(200);
    }
  }

  @Test
  void whatWasAnsweredIsThereAfterARestart() {
    String leaseId;
    try (RunningServer first = start("api_key", LiveServer.ADMIN_KEY)) {
      Client admin = new Client(first.port(), LiveServer.ADMIN_KEY);
      admin.post("/v1/check-lock", "key", "k", "fingerprint", "x");
      leaseId = admin.post("/v1/ai/lease", "key", "k").text("/lease_id");
    }
    try (RunningServer second = start()) {
      Client admin = new Client(second.port(), LiveServer.ADMIN_KEY);
      assertThat(admin.post("/v1/check-lock", "key", "k").text("/status")).isEqualTo("duplicate");
      assertThat(admin.post("/v1/check-lock", "key", "k", "fingerprint", "y").status())
          .isEqualTo(409);
      assertThat(admin.get("/v1/ai/status", "key", "k").text("/lease_id")).isEqualTo(leaseId);
      assertThat(admin.get("/v1/usage").number("/usage")).isEqualTo(1);
      assertThat(admin.get("/v1/events").text("/1/type")).isEqualTo("ai_acquired");
    }
  }

  private RunningServer start(String... settings) {
    Map<String, String> given = new HashMap<>(Map.of("data", data.toString(), "port", "0"));
    for (int i = 0; i < settings.length; i += 2) {
      given.put(settings[i], settings[i + 1]);
    }
    return RunningServer.start(Settings.of(given));
  }

  /// Stores that are open in this process.
  private static long lanes() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("commit-lane") && thread.isAlive())
        .count();
  }
}
