package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.account.Role;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A namespace sees nothing of another, whatever it asks for.
class IsolationTest {
  @RegisterExtension static final LiveServer SERVER = LiveServer.withDefaults();

  private static Answer lock = Answer.NONE;
  private static Answer lease = Answer.NONE;

  private final Client owner = SERVER.admin();

  @BeforeAll
  static void oneNamespaceIsBusy() {
    Client owner = SERVER.admin();
    lock = owner.postText("/v1/check-lock", Body.of("key", "k"), "X-OnceOnly-Attempt-Id", "a");
    owner.post("/v1/check-lock", "key", "k");
    lease = owner.post("/v1/ai/lease", "key", "k");
    Answer done = owner.post("/v1/ai/lease", "key", "done");
    owner.postText(
        "/v1/ai/complete",
        "{\"key\":\"done\",\"lease_id\":\"%s\",\"result\":{\"secret\":1}}"
            .formatted(done.text("/lease_id")));
  }

  @Test
  void anothersLockIsNeitherSeenNorReleased() {
    Client stranger = SERVER.namespace("locks", "agency");

    Answer byId =
        stranger.post("/v1/check-lock/release", "key", "k", "lock_id", lock.text("/lock_id"));
    Answer byAttempt =
        stranger.postText(
            "/v1/check-lock/release", Body.of("key", "k"), "X-OnceOnly-Attempt-Id", "a");
    Answer locked = stranger.post("/v1/check-lock", "key", "k");

    assertThat(byId.status()).isEqualTo(409);
    assertThat(byAttempt.status()).isEqualTo(409);
    assertThat(locked.text("/status")).isEqualTo("locked");
    assertThat(owner.post("/v1/check-lock", "key", "k").text("/status")).isEqualTo("duplicate");
  }

  @Test
  void anothersLeaseIsNeitherSeenNorMoved() {
    Client stranger = SERVER.namespace("leases", "agency");

    for (String path : List.of("/v1/ai/extend", "/v1/ai/complete", "/v1/ai/cancel")) {
      Answer refused = stranger.post(path, LeaseFields.of("k", lease));
      assertThat(refused.status()).isEqualTo(409);
      assertThat(refused.text("/detail/error")).isEqualTo("lease_not_found");
      assertThat(refused.number("/detail/version")).isZero();
    }
    assertThat(stranger.get("/v1/ai/status", "key", "k").text("/status")).isEqualTo("not_found");
    assertThat(stranger.get("/v1/ai/result", "key", "done").body()).doesNotContain("secret");
    assertThat(stranger.post("/v1/ai/lease", "key", "k").number("/version")).isEqualTo(1);
    assertThat(owner.get("/v1/ai/status", "key", "k").text("/lease_id"))
        .isEqualTo(lease.text("/lease_id"));
    assertThat(owner.get("/v1/ai/status", "key", "k").number("/version")).isEqualTo(1);
  }

  @Test
  void anothersFeedUsageAndMetricsAreNotShown() {
    Client stranger = SERVER.namespace("reads", "agency");

    assertThat(stranger.get("/v1/events").body()).isEqualTo("[]");
    Answer usage = stranger.get("/v1/usage/all");
    for (String kind : List.of("/make", "/ai")) {
      assertThat(usage.number(kind + "/requests_total_month")).isZero();
      assertThat(usage.number(kind + "/usage")).isZero();
      assertThat(usage.number(kind + "/polling_total_month")).isZero();
    }
    assertThat(stranger.get("/v1/me").number("/requests_total_all_time")).isZero();
    assertThat(
            stranger
                .get("/v1/metrics", "from_day", "2026-01-01", "to_day", "2026-12-31")
                .body()
                .replaceAll("\"day\":\"[^\"]*\"", ""))
        .doesNotContainPattern("[1-9]");
  }

  @Test
  void allKeysOfANamespaceShareItsState() {
    Client colleague = SERVER.key("default", Role.AGENT, "*");

    assertThat(colleague.post("/v1/check-lock", "key", "k").text("/status")).isEqualTo("duplicate");
    assertThat(colleague.get("/v1/ai/status", "key", "k").text("/lease_id"))
        .isEqualTo(lease.text("/lease_id"));
    assertThat(colleague.get("/v1/ai/result", "key", "done").body()).contains("secret");
  }
}
