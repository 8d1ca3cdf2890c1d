package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdTest {
  private static final String HEADER = "X-Request-Id";
  private static final byte[] NOTHING = {};

  @RegisterExtension static final LiveServer SERVER = LiveServer.withDefaults();

  private final Client admin = SERVER.admin();

  @ParameterizedTest
  @ValueSource(strings = {"r", "req-7c1", "a b c", "~!@#$%^&*()_+{}|\"<>?", "%00%zz"})
  void theCallersIdComesBack(String id) {
    assertThat(lock("echo-" + id, id).header(HEADER)).isEqualTo(id);
  }

  @Test
  void itComesBackWithEveryAnswer() {
    RawHttp raw = new RawHttp(SERVER.port());
    List<String> named = List.of(HEADER + ": mine");

    assertThat(raw.send("GET /v1/nothing", named, NOTHING).header(HEADER)).isEqualTo("mine");
    assertThat(raw.send("GET /v1/check-lock", named, NOTHING).header(HEADER)).isEqualTo("mine");
    assertThat(raw.send("GET /v1/me", named, NOTHING).header(HEADER)).isEqualTo("mine");
    assertThat(raw.send("GET /healthz", named, NOTHING).header(HEADER)).isEqualTo("mine");
    assertThat(raw.post("/v1/check-lock", "{", HEADER + ": mine").header(HEADER)).isEqualTo("mine");
  }

  @Test
  void withoutOneTheServerMakesOnePerRequest() {
    String first = admin.get("/v1/me").header(HEADER);
    String second = admin.get("/v1/me").header(HEADER);

    assertThat(first).isNotEqualTo(second);
    assertThat(first).matches("req_[0-9a-f]{24}");
  }

  @Test
  void anIdHasUpTo256Characters() {
    String longest = "x".repeat(256);

    assertThat(lock("longest", longest).header(HEADER)).isEqualTo(longest);
    assertRefused(lock("too-long", longest + "x"));
    assertThat(admin.post("/v1/check-lock", "key", "too-long").text("/status")).isEqualTo("locked");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\tb", "é", "🦉"})
  void whatCannotBeSentBackIsRefusedAndNothingIsHeld(String id) {
    assertRefused(
        new RawHttp(SERVER.port())
            .post("/v1/check-lock", Body.of("key", "bad-" + id), HEADER + ": " + id));
    assertThat(admin.post("/v1/check-lock", "key", "bad-" + id).text("/status"))
        .isEqualTo("locked");
  }

  @Test
  void aStrangerIsToldOfTheMissingKeyFirst() {
    Answer refused =
        new RawHttp(SERVER.port())
            .send("GET /v1/me", List.of(HEADER + ": " + "x".repeat(257)), NOTHING);

    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.header(HEADER)).matches("req_[0-9a-f]{24}");
  }

  private Answer lock(String key, String id) {
    return admin.postText("/v1/check-lock", Body.of("key", key), HEADER, id);
  }

  private static void assertRefused(Answer refused) {
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.mistakes())
        .containsExactly(
            "value_error at header.x-request-id: Value error, 1 to 256 visible ASCII characters");
    assertThat(refused.header(HEADER)).matches("req_[0-9a-f]{24}");
  }
}
