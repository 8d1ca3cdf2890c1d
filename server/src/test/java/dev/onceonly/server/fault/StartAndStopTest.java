package dev.onceonly.server.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Starts and stops of a real process: what it says, what it leaves behind, how it ends.
@Timeout(120)
class StartAndStopTest {
  private static final Map<String, String> NO_KEY = Map.of("ONCEONLY_API_KEY", "");
  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
  private static final int SIGTERM_EXIT = 128 + 15;

  @TempDir Path dir;
  private Path data = Path.of("");

  @BeforeEach
  void folder() throws IOException {
    data = dir.resolve("data");
  }

  @Test
  void noKeyIsMadeWhereThePortIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ServerProcess.Ended ended =
          ServerProcess.run(data, NO_KEY, "serve", "--port", "" + taken.getLocalPort());

      assertThat(ended.exitCode()).isEqualTo(1);
      assertThat(ended.err()).contains("onceonly: can't listen on 127.0.0.1:");
    }
    assertThat(keys()).isEmpty();
  }

  @Test
  void noKeyIsMadeWhereTheSocketCantBeOpened() throws Exception {
    data = dir.resolve("x".repeat(110));

    assertThat(ServerProcess.run(data, NO_KEY, "serve").exitCode()).isEqualTo(1);
    assertThat(keys()).isEmpty();
  }

  @Test
  void theFirstKeyGoesIntoAFileWhereNobodyLooksAtTheOutput() throws Exception {
    Path file = data.resolve("first-api-key");
    try (ServerProcess server = ServerProcess.serve(data, NO_KEY)) {
      String key = Files.readString(file).strip();
      assertThat(key).matches("once_live_[0-9A-Za-z]{40}");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      assertThat(server.said()).anyMatch(line -> line.contains(file.toString()));
      assertThat(server.said()).noneMatch(line -> line.contains(key));
      assertThat(server.log()).noneMatch(line -> line.contains(key));
      assertThat(get(server, "/v1/me", key).statusCode()).isEqualTo(200);
    }
    assertThat(keys()).hasSize(1);
  }

  @Test
  void aFirstKeyThatCantBeWrittenIsNotStored() throws Exception {
    Files.createDirectories(
        data, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.createDirectories(data.resolve("first-api-key").resolve("in-the-way"));

    ServerProcess.Ended ended = ServerProcess.run(data, NO_KEY, "serve");

    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.err().lines().filter(line -> line.startsWith("onceonly: ")))
        .singleElement()
        .asString()
        .contains(data.resolve("first-api-key").toString());
    assertThat(keys()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void aCleanStopExitsWithZero(String signal) throws Exception {
    ServerProcess server = ServerProcess.serve(data, Map.of());

    server.signal(signal);

    assertThat(server.awaitEnd()).isZero();
  }

  @Test
  void itIsNotReadyWhileItDrainsAndServesAllTheSame() throws Exception {
    ServerProcess server = ServerProcess.serve(data, Map.of("ONCEONLY_DRAIN_DELAY_MS", "4000"));
    assertThat(get(server, "/readyz", "").statusCode()).isEqualTo(200);
    server.terminate();

    HttpResponse<String> ready = get(server, "/readyz", "");
    while (ready.statusCode() == 200) {
      ready = get(server, "/readyz", "");
    }
    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(ready.body()).contains("shutting_down");
    HttpResponse<String> locked = lock(server, "while-it-drains");
    assertThat(locked.body()).contains("\"status\":\"locked\"");
    assertThat(locked.headers().firstValue("Connection")).hasValue("close");
    assertThat(server.awaitEnd()).isZero();
  }

  @Test
  void aSecondSignalEndsItAtOnce() throws Exception {
    ServerProcess server = ServerProcess.serve(data, Map.of("ONCEONLY_DRAIN_DELAY_MS", "600000"));
    server.terminate();
    while (get(server, "/readyz", "").statusCode() == 200) {
      // The first one has not arrived.
    }

    server.terminate();

    assertThat(server.awaitEnd()).isEqualTo(SIGTERM_EXIT);
  }

  @Test
  void aHangupReadsTheSettingsAgainAndStopsNothing() throws Exception {
    Path config = Files.writeString(dir.resolve("onceonly.conf"), "access_log = false\n");
    try (ServerProcess server =
        ServerProcess.serve(data, Map.of("ONCEONLY_CONFIG", config.toString()))) {
      get(server, "/healthz", "");
      Files.writeString(config, "access_log = true\n");

      server.signal("HUP");

      server.awaitLine("\"event\":\"reloaded\"");
      assertThat(get(server, "/healthz", "").statusCode()).isEqualTo(200);
      assertThat(server.awaitLine("\"event\":\"request\""))
          .contains("\"route\":\"/healthz\"", "\"status\":200");
      Files.writeString(config, "access_log = perhaps\n");

      server.signal("HUP");

      assertThat(server.awaitLine("\"event\":\"reload_failed\"")).contains("access_log");
      assertThat(get(server, "/healthz", "").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aSettingsFileThatIsAPipeKeepsItNeitherFromServingNorFromStopping() throws Exception {
    Path config = Files.writeString(dir.resolve("onceonly.conf"), "access_log = false\n");
    ServerProcess server = ServerProcess.serve(data, Map.of("ONCEONLY_CONFIG", config.toString()));
    Files.delete(config);
    assertThat(new ProcessBuilder("mkfifo", config.toString()).start().waitFor()).isZero();

    server.signal("HUP");

    assertThat(server.awaitLine("\"event\":\"reload_failed\"")).contains("no regular file");
    server.terminate();
    assertThat(server.awaitEnd()).isZero();
  }

  @Test
  void aLogThatNobodyTakesKeepsItNeitherFromServingNorFromStopping() throws Exception {
    ServerProcess server =
        ServerProcess.serveWithLogThatNobodyTakes(data, Map.of("ONCEONLY_ACCESS_LOG", "true"));
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request = request(server, "/healthz", "").timeout(ANSWER_MAX).GET().build();
      // Lines of 200 bytes: several times what a pipe holds.
      for (int i = 0; i < 2_000; i++) {
        assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
            .isEqualTo(200);
      }
    }

    // Not as elsewhere: that would close the pipe, too.
    server.signal("TERM");

    assertThat(server.awaitEnd()).isZero();
    List<String> lines = server.takeLog();
    assertThat(lines.getFirst()).contains("\"event\":\"start\"");
    assertThat(lines).anyMatch(line -> line.contains("\"event\":\"request\""));
  }

  @Test
  void aSignalDuringTheStartStopsItInOrder() throws Exception {
    ServerProcess server = ServerProcess.launch(data, Map.of(), ServerProcess.MAIN, "serve");
    server.awaitLine("\"event\":\"start\"");

    server.terminate();

    assertThat(server.awaitEnd()).isZero();
    assertThat(line(server.log(), "stop")).contains("\"reason\":\"SIGTERM\"");
    assertThat(line(server.log(), "stopped")).contains("\"ms\":");
  }

  @Test
  void theLogTellsOfStartReadyAndStop() throws Exception {
    ServerProcess server =
        ServerProcess.serve(
            data, Map.of("ONCEONLY_PLAN_FREE_MAKE", "7", "ONCEONLY_WAITERS_MAX", "4096"));
    server.terminate();
    assertThat(server.awaitEnd()).isZero();

    List<String> lines = server.log();
    assertThat(line(lines, "start"))
        .contains("plan_free_make=7", "api_key=***", data.toString(), "\"version\":")
        .doesNotContain("waiters_max", ServerProcess.API_KEY);
    assertThat(line(lines, "ready")).contains("\"ms\":", ":" + server.port());
    assertThat(line(lines, "stop")).contains("\"reason\":\"SIGTERM\"");
    assertThat(line(lines, "stopped")).contains("\"ms\":");
  }

  @Test
  void theLogTellsOfWrongKeysWithoutThem() throws Exception {
    try (ServerProcess server = ServerProcess.serve(data, Map.of())) {
      String wrong = "once_live_that-nobody-has-made-000000";
      HttpResponse<String> refused = get(server, "/v1/me", wrong);

      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(server.awaitLine("\"event\":\"wrong_api_key\""))
          .contains("\"peer\":\"127.0.0.1\"", id(refused))
          .doesNotContain(wrong);
      for (int i = 0; i < 100; i++) {
        get(server, "/v1/me", wrong);
      }
      assertThat(server.log().stream().filter(line -> line.contains("wrong_api_key")).count())
          .isLessThan(50);
    }
  }

  @Test
  void aCallThatOutlivesTheGraceIsNamedAndUnknown() throws Exception {
    Map<String, String> settings =
        Map.of("ONCEONLY_DEV", "true", "ONCEONLY_SHUTDOWN_GRACE_MS", "200");
    ServerProcess server = ServerProcess.serve(data, settings);
    try (RecordingTool tool = new RecordingTool();
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      try (WireClient wire = new WireClient(server.port())) {
        tool.register(wire, ServerProcess.API_KEY, 0);
      }
      Future<Answer> asked =
          callers.submit(() -> {
            try (WireClient wire = new WireClient(server.port())) {
              return wire.post(
                  ServerProcess.API_KEY,
                  "/v1/ai/run",
                  Map.of(
                      "agent_id", "bot", "tool", RecordingTool.NAME, "args", Map.of("hold", true)));
            }
          });
      while (tool.held() == 0) {
        Thread.onSpinWait();
      }

      server.terminate();

      assertThat(server.awaitEnd()).isZero();
      assertThatThrownBy(asked::get).hasCauseInstanceOf(IOException.class);
      assertThat(line(server.log(), "stop")).contains("\"calls_in_flight\":1");
      assertThat(line(server.log(), "call_unknown"))
          .contains("\"tool\":\"record\"", "\"agent\":\"bot\"", "\"namespace\":\"default\"");
      assertThat(line(server.log(), "stopped")).containsPattern("\"calls_unknown\":\\[\"call_");
    }
    assertThat(ServerProcess.run(data, NO_KEY, "calls", "list", "--state", "unknown").out())
        .contains("call_");
  }

  @Test
  void theLogTellsOfLowStorage() throws Exception {
    String most = Long.toString(Long.MAX_VALUE);
    try (ServerProcess server =
        ServerProcess.serve(data, Map.of("ONCEONLY_STORAGE_LOW_BYTES", most))) {
      assertThat(server.awaitLine("\"event\":\"storage_low\"")).contains("\"level\":\"warn\"");
    }
  }

  @Test
  void theLogTellsOfARestoresPauseAndItsEnd() throws Exception {
    ServerProcess.serve(data, Map.of()).close();
    Path backup = dir.resolve("backup.db");
    assertThat(ServerProcess.run(data, "backup", backup.toString()).exitCode()).isZero();
    Path restored = dir.resolve("restored");
    assertThat(ServerProcess.run(restored, "restore", backup.toString()).exitCode()).isZero();
    try (ServerProcess server = ServerProcess.serve(restored, Map.of())) {
      server.awaitLine("\"event\":\"restore_paused\"");
      assertThat(ServerProcess.run(restored, "resume").exitCode()).isZero();
      server.awaitLine("\"event\":\"restore_resumed\"");
    }
  }

  @Test
  void onlyWhatIsGraveEnoughIsWritten() throws Exception {
    ServerProcess server = ServerProcess.serve(data, Map.of("ONCEONLY_LOG_LEVEL", "warning"));
    get(server, "/v1/me", "once_live_that-nobody-has-made-000000");
    server.awaitLine("\"event\":\"wrong_api_key\"");
    server.close();

    assertThat(server.log()).noneMatch(line -> line.contains("\"level\":\"info\""));
  }

  private static String id(HttpResponse<String> response) {
    return "\"request_id\":\"" + response.headers().firstValue("X-Request-Id").orElseThrow() + "\"";
  }

  private static String line(List<String> lines, String event) {
    return lines.stream()
        .filter(line -> line.contains("\"event\":\"" + event + "\""))
        .findFirst()
        .orElseThrow();
  }

  private List<String> keys() throws Exception {
    return ServerProcess.run(data, NO_KEY, "keys", "list")
        .out()
        .lines()
        .filter(line -> line.startsWith("key_"))
        .toList();
  }

  private static HttpResponse<String> get(ServerProcess server, String path, String key)
      throws IOException, InterruptedException {
    return send(request(server, path, key).GET().build());
  }

  private static HttpResponse<String> lock(ServerProcess server, String key)
      throws IOException, InterruptedException {
    return send(
        request(server, "/v1/check-lock", ServerProcess.API_KEY)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"key\":\"" + key + "\"}"))
            .build());
  }

  private static HttpRequest.Builder request(ServerProcess server, String path, String key) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
        .header("Authorization", "Bearer " + key);
  }

  private static HttpResponse<String> send(HttpRequest request)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
  }
}
