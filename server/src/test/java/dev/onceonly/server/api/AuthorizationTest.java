package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.account.Role;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorizationTest {
  private static final String KEY = LiveServer.ADMIN_KEY;

  @RegisterExtension static final LiveServer SERVER = LiveServer.withDefaults();

  @Test
  void withoutAHeaderTheTokenIsMissing() {
    assertMissing(me(List.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        KEY,
        "Bearer",
        "Bearer ",
        "Bearer    ",
        "Bearer" + KEY,
        "Basic dXNlcjpwYXNz",
        "Token " + KEY,
        "Basic " + KEY,
        "\"Bearer " + KEY + "\""
      })
  void whatIsNoBearerTokenIsMissing(String value) {
    assertMissing(me(List.of("Authorization: " + value)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer ", "bearer ", "BEARER ", "bEaReR ", "Bearer  ", "Bearer \t "})
  void theSchemesCaseAndTheSpacesAfterItDoNotMatter(String scheme) {
    assertThat(me(List.of("Authorization: " + scheme + KEY)).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "once_live_nobody_has_issued_this_one",
        "sk_test_1234567890",
        "x",
        KEY + "x",
        "ONCE_LIVE_END_TO_END_TESTS_00000001",
        KEY + " " + KEY,
        KEY + "," + KEY,
        "ключ",
        "%6fnce_live_end_to_end_tests_00000001"
      })
  void aKeyThatNobodyIssuedIsInvalid(String key) {
    Answer refused = me(List.of("Authorization: Bearer " + key));

    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.body()).isEqualTo("{\"detail\":\"Invalid API key\"}");
  }

  @Test
  void aKeyOf16KibibytesIsInvalidToo() {
    assertThat(me(List.of("Authorization: Bearer " + "x".repeat(16_000))).body())
        .isEqualTo("{\"detail\":\"Invalid API key\"}");
  }

  @Test
  void aKeyThatWasSwitchedOffSaysSoFromTheNextRequestOn() {
    String key = SERVER.keyText("default", Role.ADMIN);
    Client client = SERVER.client(key);
    assertThat(client.post("/v1/check-lock", "key", "before").status()).isEqualTo(200);

    SERVER.disable(key);

    Answer refused = client.post("/v1/check-lock", "key", "after");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.body()).isEqualTo("{\"detail\":\"API key disabled\"}");
    assertThat(SERVER.admin().post("/v1/check-lock", "key", "after").text("/status"))
        .isEqualTo("locked");
  }

  @Test
  void aWaitingCallIsAnsweredThoughItsKeyHasBeenSwitchedOff() throws InterruptedException {
    String key = SERVER.keyText("default", Role.ADMIN);
    Client client = SERVER.client(key);
    client.post("/v1/ai/lease", "key", "waited-for");

    List<Answer> answers =
        new ConcurrentCalls()
            .answers(
                2,
                number -> {
                  if (number == 0) {
                    return client.get("/v1/ai/status", "key", "waited-for", "wait", "0.5");
                  }
                  new Waiting(SERVER).await(1);
                  SERVER.disable(key);
                  return client.get("/v1/ai/status", "key", "waited-for");
                });

    assertThat(answers.getFirst().status()).isEqualTo(200);
    assertThat(answers.getLast().status()).isEqualTo(403);
  }

  @Test
  void theKeyIsLookedAtBeforeTheBody() {
    for (String body : List.of("{", "", "{\"key\":\"\"}", " ".repeat(300_000))) {
      List<String> lines = new ArrayList<>(List.of("Content-Type: text/plain"));
      Answer missing =
          new RawHttp(SERVER.port())
              .send("POST /v1/check-lock", lines, body.getBytes(StandardCharsets.UTF_8));
      assertMissing(missing);
    }
  }

  @Test
  void aKeyInTheQueryOrInACookieCountsForNothing() {
    RawHttp raw = new RawHttp(SERVER.port());

    assertMissing(raw.send("GET /v1/me?api_key=" + KEY, List.of(), new byte[0]));
    assertMissing(raw.send("GET /v1/me", List.of("Cookie: Authorization=" + KEY), new byte[0]));
    assertMissing(raw.send("GET /v1/me", List.of("X-Api-Key: " + KEY), new byte[0]));
  }

  private static Answer me(List<String> lines) {
    return new RawHttp(SERVER.port()).send("GET /v1/me", lines, new byte[0]);
  }

  private static void assertMissing(Answer refused) {
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.body()).isEqualTo("{\"detail\":\"Missing Authorization Bearer token\"}");
    assertThat(refused.header("WWW-Authenticate")).isEqualTo("Bearer");
    assertThat(refused.header("X-Request-Id")).isNotEmpty();
  }
}
