package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.account.Role;
import dev.onceonly.http.observe.JsonLines;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// API keys are told once, and are in no answer, no log line and no file afterwards.
class SecretsTest {
  @RegisterExtension static final LiveServer SERVER = LiveServer.withDefaults();

  @Test
  void noKeyIsInAnyAnswerLogLineOrFile() throws IOException {
    List<String> seen = new ArrayList<>();
    List<String> keys = new ArrayList<>(List.of(LiveServer.ADMIN_KEY));
    try (LogLines log = new LogLines()) {
      String disabled = SERVER.keyText("default", Role.ADMIN);
      SERVER.disable(disabled);
      keys.addAll(
          List.of(
              SERVER.keyText("default", Role.READER), disabled, "once_live_nobody_issued_this"));
      for (String key : keys) {
        seen.addAll(answersTo(SERVER.client(key)));
      }
      seen.add(SERVER.operator("keys", "list"));
      seen.add(SERVER.operator("namespaces", "list"));
      seen.addAll(log.lines);
    }
    seen.addAll(files(SERVER.data()));

    for (String key : keys) {
      assertThat(seen).noneMatch(text -> text.contains(key.substring("once_live_".length())));
    }
  }

  private static List<String> answersTo(Client client) {
    RawHttp raw = new RawHttp(SERVER.port());
    String authorization = "Authorization: Bearer " + client.apiKey();
    return Stream.of(
            client.get("/v1/me"),
            client.get("/v1/events"),
            client.get("/v1/nothing"),
            client.get("/metrics"),
            client.post("/v1/check-lock", "key", "k"),
            client.postText("/v1/check-lock", "{"),
            raw.send("GET /v1/me?%zz", List.of(authorization), new byte[0]),
            raw.send("GET /v1/me", List.of(authorization, "X-Request-Id: \u00e9"), new byte[0]),
            raw.send("BREW\u0001 /v1/me", List.of(authorization), new byte[0]),
            raw.send("GET /v1/me", List.of(authorization, "no header at all"), new byte[0]))
        .map(answer -> answer.headers().map() + answer.body())
        .toList();
  }

  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      List<String> texts = new ArrayList<>();
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        texts.add(Files.readString(path, StandardCharsets.ISO_8859_1));
      }
      return texts;
    }
  }

  /// What the process logs meanwhile, as its own formatter writes it.
  private static final class LogLines extends Handler implements AutoCloseable {
    private final Logger root = Logger.getLogger("");
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();

    LogLines() {
      setFormatter(new JsonLines());
      root.addHandler(this);
    }

    @Override
    public void publish(LogRecord record) {
      lines.add(getFormatter().format(record));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
      root.removeHandler(this);
    }
  }
}
