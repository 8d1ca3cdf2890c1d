package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.account.Role;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Posting events: what is taken, what is refused, and by whom.
class EventsTest {
  private static final String PATH = "/v1/events";

  @RegisterExtension static final LiveServer SERVER = LiveServer.withDefaults();

  @Test
  void anEventIsShownAsItWasPosted() {
    Answer posted =
        SERVER
            .admin()
            .postText(
                PATH,
                """
                {"run_id":"whole","type":"tool_result","ts":1777622400,"status":"ok",
                 "duration_ms":420,"step":"step_1","tool":"send_email","req_id":"q1",
                 "lease_id":"lease_1","agent_id":"support_bot","message":"sent",
                 "data":{"n":1.50,"list":[true,null,"ü"]},"extra_field":{"ignored":1}}
                """);

    assertThat(posted.status()).isEqualTo(200);
    long id = posted.number("/event_id");
    assertThat(posted.body())
        .isEqualTo("{\"ok\":true,\"event_id\":" + id + ",\"run_id\":\"whole\"}");
    assertThat(timeline("whole").body())
        .isEqualTo(
            ("{\"run_id\":\"whole\",\"total\":1,\"events\":[{\"id\":%d,\"run_id\":\"whole\","
                    + "\"ts\":1777622400,\"type\":\"tool_result\",\"status\":\"ok\","
                    + "\"duration_ms\":420,\"step\":\"step_1\",\"tool\":\"send_email\","
                    + "\"req_id\":\"q1\",\"lease_id\":\"lease_1\",\"agent_id\":\"support_bot\","
                    + "\"message\":\"sent\",\"data\":{\"n\":1.50,\"list\":[true,null,\"ü\"]}}]}")
                .formatted(id));
  }

  @Test
  void whatAnEventDoesNotSayIsLeftOut() {
    long before = Instant.now().getEpochSecond();
    SERVER.admin().post(PATH, "run_id", "bare", "type", "note", "status", "", "message", "");
    JsonNode event = timeline("bare").json().at("/events/0");
    assertThat(event.propertyNames()).containsExactly("id", "run_id", "ts", "type");
    assertThat(event.path("ts").longValue()).isBetween(before, Instant.now().getEpochSecond());
  }

  @Test
  void nullMeansAbsent() {
    Answer posted =
        SERVER
            .admin()
            .postText(
                PATH,
                """
                {"run_id":"nulls","type":"note","ts":null,"duration_ms":null,"data":null,
                 "agent_id":null,"step":null}
                """);
    assertThat(posted.status()).isEqualTo(200);
  }

  @Test
  void idsGrow() {
    long first = post("run_id", "ids", "type", "a").number("/event_id");
    long second = post("run_id", "other-ids", "type", "b").number("/event_id");
    assertThat(second).isGreaterThan(first);
  }

  @ParameterizedTest
  @ValueSource(strings = {"run_id", "type"})
  void whatIsNeededMayBeNeitherMissingNorBlank(String name) {
    String other = name.equals("type") ? "run_id" : "type";
    assertThat(post(other, "x").mistakes())
        .containsExactly("missing at body." + name + ": Field required");
    assertThat(post(other, "x", name, "").mistakes())
        .containsExactly(
            "string_too_short at body." + name + ": String should have at least 1 character");
    assertThat(post(other, "x", name, " \t\u00a0").mistakes())
        .containsExactly("value_error at body." + name + ": Value error, only white space");
    assertThat(post(other, "x", name, 7).mistakes())
        .containsExactly("string_type at body." + name + ": Input should be a valid string");
  }

  @ParameterizedTest
  @CsvSource({
    "run_id, 256",
    "type, 256",
    "status, 256",
    "step, 256",
    "tool, 256",
    "req_id, 256",
    "lease_id, 256",
    "agent_id, 256",
    "message, 4096"
  })
  void textsHaveABoundInCodePoints(String name, int max) {
    assertThat(with(name, "𝄞".repeat(max)).status()).isEqualTo(200);
    assertThat(with(name, "x".repeat(max + 1)).mistakes())
        .containsExactly(
            "string_too_long at body."
                + name
                + ": String should have at most "
                + max
                + " characters");
    assertThat(with(name, "a\u0000b").status()).isEqualTo(422);
  }

  @ParameterizedTest
  @CsvSource({"ts, 253402300799", "duration_ms, 1000000000000"})
  void numbersHaveBounds(String name, long max) {
    assertThat(with(name, 0).status()).isEqualTo(200);
    assertThat(with(name, max).status()).isEqualTo(200);
    assertThat(with(name, -1).mistakes())
        .containsExactly(
            "greater_than_equal at body." + name + ": Input should be greater than or equal to 0");
    assertThat(with(name, max + 1).mistakes())
        .containsExactly(
            "less_than_equal at body." + name + ": Input should be less than or equal to " + max);
    for (Object wrong : List.of(1.5, "7", true, List.of())) {
      assertThat(with(name, wrong).status()).isEqualTo(422);
    }
  }

  @Test
  void dataIsAnObjectOf16KibibytesOfCompactJson() {
    int framing = "{\"k\":\"\"}".length();
    assertThat(with("data", Map.of("k", "x".repeat(16_384 - framing))).status()).isEqualTo(200);
    assertThat(with("data", Map.of("k", "x".repeat(16_385 - framing))).mistakes())
        .containsExactly(
            "value_error at body.data: Value error, at most 16384 bytes as compact JSON");
    assertThat(with("data", Map.of("k", "ü".repeat(8_192))).status()).isEqualTo(422);
    for (Object wrong : List.of("{}", 1, List.of(1), true)) {
      assertThat(with("data", wrong).mistakes())
          .containsExactly("dict_type at body.data: Input should be a valid dictionary");
    }
  }

  @Test
  void anAgentsKeyNamesItsOwnAgentsOnly() {
    Client bot = SERVER.key("default", Role.AGENT, "bot-*", "exact");
    for (String own : List.of("bot-", "bot-7", "exact")) {
      assertThat(bot.post(PATH, "run_id", "agents", "type", "note", "agent_id", own).status())
          .isEqualTo(200);
    }
    assertThat(bot.post(PATH, "run_id", "agents", "type", "note").status()).isEqualTo(200);
    for (String foreign : List.of("bot", "Bot-7", "exactly", "*")) {
      Answer refused = bot.post(PATH, "run_id", "agents", "type", "note", "agent_id", foreign);
      assertThat(refused.status()).isEqualTo(403);
      assertThat(refused.body())
          .isEqualTo("{\"detail\":{\"error\":\"forbidden\",\"role\":\"agent\"}}");
    }
    assertThat(timeline("agents").number("/total")).isEqualTo(4);
  }

  @Test
  void whatIsRefusedIsNotStored() {
    post("run_id", "refused", "type", "");
    assertThat(timeline("refused").body())
        .isEqualTo("{\"run_id\":\"refused\",\"total\":0,\"events\":[]}");
  }

  @Test
  void aPostedEventIsNoItemOfTheRecentFeed() {
    post("run_id", "no-feed", "type", "note");
    assertThat(SERVER.admin().get(PATH).body()).doesNotContain("no-feed");
  }

  @Test
  void onALowDiskEventsAreRefusedFirst() {
    try (LiveServer low =
        LiveServer.with(Map.of("storage_low_bytes", Long.toString(Long.MAX_VALUE))).start()) {
      Answer refused = low.admin().post(PATH, "run_id", "r", "type", "note");
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.body()).isEqualTo("{\"detail\":{\"error\":\"storage_low\"}}");
      assertThat(refused.header("Retry-After")).isEqualTo("30");
      assertThat(low.admin().post("/v1/check-lock", "key", "k").status()).isEqualTo(200);
    }
  }

  private static Answer with(String name, Object value) {
    return name.equals("run_id")
        ? post("type", "note", name, value)
        : name.equals("type")
            ? post("run_id", "bounds", name, value)
            : post("run_id", "bounds", "type", "note", name, value);
  }

  private static Answer post(Object... fields) {
    return SERVER.admin().post(PATH, fields);
  }

  private static Answer timeline(String runId) {
    Answer answer = SERVER.admin().get("/v1/runs/" + runId);
    assertThat(answer.status()).isEqualTo(200);
    return answer;
  }
}
