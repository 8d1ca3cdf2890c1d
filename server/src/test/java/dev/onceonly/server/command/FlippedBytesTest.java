package dev.onceonly.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.onceonly.server.RunningServer;
import dev.onceonly.server.api.Answer;
import dev.onceonly.server.api.Client;
import dev.onceonly.server.config.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Stores in whose database one to four bytes were flipped, anywhere: `onceonly verify` finds it,
/// or nothing that the store says has changed; and no command answers with a stack trace.
@Timeout(600)
class FlippedBytesTest {
  private static final String ADMIN = "once_live_flipped_bytes_000000001";
  private static final int STORES = 200;
  private static final int COMMANDED = 20;

  /// Tables whose rows have neither a sum nor a hash nor a second place that tells of them: what
  /// only counts or only shows.
  private static final Set<String> UNSUMMED =
      Set.of(
          "usage_months",
          "usage_days",
          "agent_hours",
          "tool_days",
          "run_tasks",
          "run_actions",
          "runs",
          "mails",
          "sequences",
          "store_state",
          "audit_chains");

  private static final List<List<String>> COMMANDS =
      List.of(
          List.of("verify"),
          List.of("keys", "list"),
          List.of("namespaces", "list"),
          List.of("audit", "verify"),
          List.of("audit", "log"),
          List.of("audit", "checkpoint"),
          List.of("calls", "list"),
          List.of("resume"));

  @TempDir private Path folder = Path.of("");
  private byte[] sound = new byte[0];
  private Map<String, List<String>> content = Map.of();

  @Test
  void flippedBytesAreFoundOrHaveChangedNothing() throws Exception {
    makeStore();
    List<Set<String>> missed = new ArrayList<>();
    Set<String> traces = new TreeSet<>();
    int found = 0;
    int harmless = 0;
    for (int seed = 0; seed < STORES; seed++) {
      Path data = flipped(seed);
      Map<String, List<String>> after = content(data.resolve("onceonly.db"));
      Console.Ran ran = run(data, List.of("verify"), seed, traces);
      if (ran.exitCode() != 0) {
        found++;
      } else if (content.equals(after)) {
        harmless++;
      } else {
        missed.add(changed(after));
      }
      if (seed < COMMANDED) {
        for (List<String> words : COMMANDS) {
          run(data, words, seed, traces);
        }
        run(data, List.of("backup", data + ".backup"), seed, traces);
        run(
            data,
            List.of("restore", "--replace", folder.resolve("backup").toString()),
            seed,
            traces);
      }
    }

    assertThat(traces).isEmpty();
    assertThat(missed)
        .as("%d found, %d harmless", found, harmless)
        .hasSizeLessThanOrEqualTo(STORES / 20);
    assertThat(missed).allSatisfy(tables -> assertThat(UNSUMMED).containsAll(tables));
  }

  private static Console.Ran run(Path data, List<String> words, int seed, Set<String> traces) {
    Console.Ran ran = Console.on(data, words.toArray(String[]::new));
    String said = ran.out() + ran.err();
    if (said.contains("\tat ") || said.contains("Exception in")) {
      traces.add("seed " + seed + " " + words + ": " + said);
    }
    return ran;
  }

  private Path flipped(int seed) throws IOException {
    Random random = new Random(seed);
    byte[] bytes = sound.clone();
    int flips = 1 + random.nextInt(4);
    for (int i = 0; i < flips; i++) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
    }
    Path data = Files.createDirectories(folder.resolve("flipped-" + seed));
    Files.write(data.resolve("onceonly.db"), bytes);
    return data;
  }

  /// The tables that say something else.
  private Set<String> changed(Map<String, List<String>> after) {
    Set<String> names = new TreeSet<>();
    content.forEach((table, rows) -> {
      if (!rows.equals(after.get(table))) {
        names.add(table);
      }
    });
    return names;
  }

  /// All rows of all tables, as text.
  private static Map<String, List<String>> content(Path database) {
    Map<String, List<String>> content = new TreeMap<>();
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:file:" + database + "?immutable=1");
        Statement statement = connection.createStatement()) {
      List<String> tables = new ArrayList<>();
      try (ResultSet row =
          statement.executeQuery("SELECT name FROM sqlite_schema WHERE type = 'table'")) {
        while (row.next()) {
          tables.add(row.getString(1));
        }
      }
      for (String table : tables) {
        content.put(table, rows(statement, table));
      }
    } catch (SQLException e) {
      content.put("unreadable", List.of());
    }
    return content;
  }

  private static List<String> rows(Statement statement, String table) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (ResultSet row = statement.executeQuery("SELECT * FROM \"" + table + "\"")) {
      int columns = row.getMetaData().getColumnCount();
      while (row.next()) {
        StringBuilder text = new StringBuilder();
        for (int column = 1; column <= columns; column++) {
          text.append(shown(row.getObject(column))).append('|');
        }
        rows.add(text.toString());
      }
    }
    return rows;
  }

  private static String shown(@Nullable Object value) {
    return value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : String.valueOf(value);
  }

  private void makeStore() throws IOException {
    Path data = folder.resolve("sound");
    HttpServer tool =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    tool.createContext(
        "/",
        exchange -> {
          byte[] body = "{\"done\":true}".getBytes(StandardCharsets.UTF_8);
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    tool.start();
    Map<String, String> settings =
        Map.of("data", data.toString(), "port", "0", "api_key", ADMIN, "dev", "true");
    try (RunningServer server = RunningServer.start(Settings.of(settings))) {
      fill(new Client(server.port(), ADMIN), "http://127.0.0.1:" + tool.getAddress().getPort());
      Console.done(data, "keys", "create", "--role", "agent", "--agent", "bot-*");
    } finally {
      tool.stop(0);
    }
    assertThat(Console.done(data, "verify")).contains("the store is consistent");
    Console.done(data, "backup", folder.resolve("backup").toString());
    sound = Files.readAllBytes(data.resolve("onceonly.db"));
    content = content(data.resolve("onceonly.db"));
  }

  private static void fill(Client admin, String url) {
    for (int i = 0; i < 40; i++) {
      admin.post("/v1/check-lock", "key", "lock-" + i, "ttl", 86_400, "metadata", Map.of("n", i));
      Answer lease = admin.post("/v1/ai/lease", "key", "lease-" + i, "metadata", Map.of("n", i));
      admin.postText(
          "/v1/ai/complete",
          "{\"key\":\"lease-%d\",\"lease_id\":\"%s\",\"result\":{\"n\":%d}}"
              .formatted(i, lease.text("/lease_id"), i));
    }
    admin.post(
        "/v1/tools",
        "name",
        "mail.send",
        "scope_id",
        "global",
        "url",
        url + "/mail",
        "auth",
        Map.of("type", "hmac_sha256", "secret", "s3cret-of-the-tool-xyz"));
    for (int i = 0; i < 6; i++) {
      admin.post("/v1/policies/bot-" + i, "max_actions_per_hour", 100, "max_spend_usd_per_day", 5);
      for (int n = 0; n < 5; n++) {
        Answer called =
            admin.post(
                "/v1/ai/run",
                "agent_id",
                "bot-" + i,
                "tool",
                "mail.send",
                "args",
                Map.of("to", i + "@example.org", "n", n),
                "spend_usd",
                0.01);
        assertThat(called.status()).as(called.body()).isEqualTo(200);
      }
      admin.post("/v1/events", "run_id", "run-" + i, "type", "note", "message", "step " + i);
    }
    admin.post("/v1/agents/bot-5/disable", "reason", "too much");
  }
}
