package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.account.Role;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Reading runs as JSON: order, pages, prefixes, ids of every kind, and whose they are.
class RunsTest {
  @RegisterExtension static final LiveServer SERVER = LiveServer.withDefaults();

  @Test
  void runsAreListedByTheirLastEvent() {
    Client client = SERVER.namespace("listed", "agency");
    post(client, "r-old", "run_started", 1_000, "status", "in_progress");
    post(client, "r-new", "run_started", 2_000);
    post(client, "r-mid", "run_started", 500);
    post(client, "r-mid", "run_finished", 1_500, "status", "completed");
    post(client, "r-old", "note", 10);

    assertThat(client.get("/v1/runs").body())
        .isEqualTo(
            "{\"total\":3,\"items\":["
                + "{\"run_id\":\"r-new\",\"last_ts\":2000,\"last_type\":\"run_started\","
                + "\"events_count\":1},"
                + "{\"run_id\":\"r-mid\",\"last_ts\":1500,\"last_type\":\"run_finished\","
                + "\"last_status\":\"completed\",\"events_count\":2},"
                + "{\"run_id\":\"r-old\",\"last_ts\":1000,\"last_type\":\"run_started\","
                + "\"last_status\":\"in_progress\",\"events_count\":2}]}");
  }

  @Test
  void runsComeInPages() {
    Client client = SERVER.namespace("paged", "agency");
    for (int i = 0; i < 7; i++) {
      post(client, "r" + i, "note", 100 - i);
    }
    List<String> seen = new ArrayList<>();
    for (int offset = 0; offset < 9; offset += 3) {
      Answer page = client.get("/v1/runs", "limit", "3", "offset", Integer.toString(offset));
      assertThat(page.number("/total")).isEqualTo(7);
      page.json().path("items").forEach(item -> seen.add(item.path("run_id").asString()));
    }
    assertThat(seen).containsExactly("r0", "r1", "r2", "r3", "r4", "r5", "r6");
    assertThat(client.get("/v1/runs", "offset", "7").body())
        .isEqualTo("{\"total\":7,\"items\":[]}");
  }

  @Test
  void aPrefixIsComparedExactly() {
    Client client = SERVER.namespace("prefixed", "agency");
    for (String id : List.of("run_1", "run-1", "Run_2", "run_", "run", "run%", "r", "rün")) {
      post(client, id, "note", 1);
    }
    assertThat(found(client, "run_")).containsExactlyInAnyOrder("run_1", "run_");
    assertThat(found(client, "run%")).containsExactly("run%");
    assertThat(found(client, "R")).containsExactly("Run_2");
    assertThat(found(client, "rü")).containsExactly("rün");
    assertThat(found(client, "")).hasSize(8);
    assertThat(found(client, "x".repeat(256))).isEmpty();
    assertThat(client.get("/v1/runs", "q", "x".repeat(257)).status()).isEqualTo(422);
  }

  @Test
  void eventsAscendByTimeThenId() {
    for (int ts : new int[] {30, 10, 20, 10}) {
      post(SERVER.admin(), "ordered", "note", ts);
    }
    List<Long> times = new ArrayList<>();
    List<Long> ids = new ArrayList<>();
    for (JsonNode event : SERVER.admin().get("/v1/runs/ordered").json().path("events")) {
      times.add(event.path("ts").longValue());
      ids.add(event.path("id").longValue());
    }
    assertThat(times).containsExactly(10L, 10L, 20L, 30L);
    assertThat(ids.getFirst()).isLessThan(ids.get(1));
    Answer page = SERVER.admin().get("/v1/runs/ordered", "limit", "2", "offset", "1");
    assertThat(page.number("/total")).isEqualTo(4);
    assertThat(page.number("/events/0/ts")).isEqualTo(10);
    assertThat(page.number("/events/1/ts")).isEqualTo(20);
    assertThat(page.json().path("events").size()).isEqualTo(2);
  }

  @Test
  void anUnknownRunHasNoEvents() {
    assertThat(SERVER.admin().get("/v1/runs/never-seen").body())
        .isEqualTo("{\"run_id\":\"never-seen\",\"total\":0,\"events\":[]}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run x/y",
        "a;b=c",
        "a?b#c&d=e",
        "%2F",
        "100%",
        "..%2F",
        "ключ",
        "🏃 run",
        "a+b",
        "/",
        ";",
        "a\"b<c>",
        "\t"
      })
  void aRunIdOfAnyKindIsFoundUnderItsEncodedPath(String runId) {
    String id = runId.isBlank() ? runId + "x" : runId;
    post(SERVER.admin(), id, "note", 5);
    Answer answer = SERVER.admin().get("/v1/runs/" + encoded(id));
    assertThat(answer.text("/run_id")).isEqualTo(id);
    assertThat(answer.number("/total")).isEqualTo(1);
  }

  @Test
  void aPathThatCantBeDecodedIsRefused() {
    RawHttp raw = new RawHttp(SERVER.port());
    for (String bad : List.of("%", "%zz", "%ff", "%C3%28", "%00")) {
      assertThat(raw.get("/v1/runs/" + bad).status()).isEqualTo(422);
    }
    assertThat(raw.get("/v1/runs/" + "x".repeat(256)).status()).isEqualTo(200);
    assertThat(raw.get("/v1/runs/" + "x".repeat(257)).status()).isEqualTo(422);
    assertThat(raw.get("/v1/runs/").status()).isEqualTo(404);
    assertThat(raw.get("/v1/runs/a/b").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource({"/v1/runs, 500", "/v1/runs/r, 2000"})
  void limitAndOffsetHaveBounds(String path, int max) {
    Client client = SERVER.admin();
    assertThat(client.get(path, "limit", "1").status()).isEqualTo(200);
    assertThat(client.get(path, "limit", Integer.toString(max)).status()).isEqualTo(200);
    assertThat(client.get(path, "offset", "2147483647").status()).isEqualTo(200);
    for (String wrong : List.of("0", "-1", Integer.toString(max + 1), "x", "1.0", "")) {
      assertThat(client.get(path, "limit", wrong).status()).isEqualTo(422);
    }
    for (String wrong : List.of("-1", "x", "2147483648")) {
      assertThat(client.get(path, "offset", wrong).status()).isEqualTo(422);
    }
  }

  @Test
  void anotherNamespacesRunsAreNotThere() {
    Client one = SERVER.namespace("one", "agency");
    Client two = SERVER.namespace("two", "agency");
    post(one, "shared-name", "note", 1, "message", "of one");
    assertThat(two.get("/v1/runs").body()).isEqualTo("{\"total\":0,\"items\":[]}");
    assertThat(two.get("/v1/runs/shared-name").number("/total")).isZero();
    post(two, "shared-name", "note", 2, "message", "of two");
    assertThat(one.get("/v1/runs/shared-name").body()).contains("of one").doesNotContain("of two");
    assertThat(one.get("/v1/runs").number("/items/0/last_ts")).isEqualTo(1);
  }

  @Test
  void anAgentsKeyPostsAndDoesNotRead() {
    Client agent = SERVER.key("default", Role.AGENT, "bot-*");
    assertThat(agent.get("/v1/runs").status()).isEqualTo(403);
    assertThat(agent.get("/v1/runs/ordered").status()).isEqualTo(403);
    Client reader = SERVER.key("default", Role.READER);
    assertThat(reader.get("/v1/runs").status()).isEqualTo(200);
    assertThat(reader.post("/v1/events", "run_id", "r", "type", "t").status()).isEqualTo(403);
  }

  @Test
  void answersDependOnWhatTheClientAccepts() {
    assertThat(SERVER.admin().get("/v1/runs").header("Vary")).isEqualTo("Accept");
    assertThat(SERVER.admin().get("/v1/runs/r").header("Vary")).isEqualTo("Accept");
    assertThat(SERVER.admin().get("/v1/runs/r").header("Content-Type"))
        .isEqualTo("application/json");
  }

  private static List<String> found(Client client, String prefix) {
    List<String> ids = new ArrayList<>();
    client
        .get("/v1/runs", "q", prefix)
        .json()
        .path("items")
        .forEach(item -> ids.add(item.path("run_id").asString()));
    return ids;
  }

  private static void post(Client client, String runId, String type, long ts, Object... more) {
    List<Object> fields = new ArrayList<>(List.of("run_id", runId, "type", type, "ts", ts));
    fields.addAll(List.of(more));
    assertThat(client.post("/v1/events", fields.toArray()).status()).isEqualTo(200);
  }

  private static String encoded(String runId) {
    return URLEncoder.encode(runId, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
