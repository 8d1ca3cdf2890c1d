package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.account.Role;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Requests per second of one API key.
class RateLimitTest {
  private static final int BURST = 3;

  @RegisterExtension
  static final LiveServer SERVER =
      LiveServer.with(
          Map.of(
              "rate_limit_per_second", "1", "rate_limit_burst", "" + BURST, "plan_free_make", "0"));

  @Test
  void afterItsBurstAKeyIsToldWhenToComeBackAndOthersAreNot() {
    Client fast = SERVER.key("default", Role.ADMIN);
    Client other = SERVER.key("default", Role.ADMIN);
    for (int i = 0; i < BURST; i++) {
      assertThat(fast.post("/v1/check-lock", "key", "k" + i).status()).isEqualTo(200);
    }

    Answer limited = untilLimited(fast);

    assertThat(limited.status()).isEqualTo(429);
    assertThat(limited.body()).isEqualTo("{\"detail\":{\"error\":\"rate_limited\"}}");
    assertThat(limited.header("Retry-After")).isEqualTo("1");
    assertThat(limited.header("X-Request-Id")).isNotEmpty();
    assertThat(other.get("/v1/me").status()).isEqualTo(200);
  }

  @Test
  void theRateIsLookedAtAfterTheKeyAndBeforeTheBodyAndThePlan() {
    Client free = SERVER.namespace("strict", "free");
    untilLimited(free);

    assertThat(untilLimited(free, "/v1/check-lock", "{").status()).isEqualTo(429);
    assertThat(untilLimited(free, "/v1/check-lock", "{\"key\":\"a\"}").status()).isEqualTo(429);
    assertThat(free.get("/v1/nothing").status()).isEqualTo(404);
    for (int i = 0; i < 10 * BURST; i++) {
      assertThat(SERVER.client("once_live_stranger").get("/v1/me").status()).isEqualTo(403);
    }
  }

  @Test
  void openPagesHaveNoRate() {
    for (int i = 0; i < 10 * BURST; i++) {
      assertThat(SERVER.admin().get("/healthz").status()).isEqualTo(200);
    }
  }

  @Test
  void whatIsRefusedForTheRateIsNotCounted() {
    Client counted = SERVER.namespace("counted", "agency");
    for (int i = 0; i < 4 * BURST; i++) {
      counted.post("/v1/check-lock", "key", "a", "ttl", 600);
    }
    Client reader = SERVER.key("counted", Role.READER);

    assertThat(reader.get("/v1/usage").number("/requests_total_month"))
        .isBetween((long) BURST, 4L * BURST - 1);
  }

  @Test
  void byDefaultThereIsNone() {
    try (LiveServer server = LiveServer.withDefaults().start()) {
      for (int i = 0; i < 300; i++) {
        assertThat(server.admin().get("/v1/me").status()).isEqualTo(200);
      }
    }
  }

  /// A slow machine earns a permit in between, so it is asked until the permits are used up.
  private static Answer untilLimited(Client client) {
    return untilLimited(client, "/v1/check-lock", "{\"key\":\"a\"}");
  }

  private static Answer untilLimited(Client client, String path, String body) {
    Answer answer = client.postText(path, body);
    for (int i = 0; i < 100 && answer.status() != 429; i++) {
      answer = client.postText(path, body);
    }
    return answer;
  }
}
