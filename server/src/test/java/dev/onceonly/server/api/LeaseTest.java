package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// `/v1/ai/lease` and `/v1/ai/extend`.
class LeaseTest {
  private static final String LEASE = "/v1/ai/lease";
  private static final String EXTEND = "/v1/ai/extend";

  @RegisterExtension static final LiveServer SERVER = LiveServer.withDefaults();

  private final Client admin = SERVER.admin();

  @Test
  void aFreeKeyIsAcquiredAndEveryFieldIsThere() {
    Client client = SERVER.namespace("fields", "starter");
    client.post(LEASE, "key", "before");
    Instant before = Instant.now().minusSeconds(1);

    Answer acquired = client.post(LEASE, "key", "pdf:9", "ttl", 900);

    assertThat(acquired.status()).isEqualTo(200);
    assertThat(acquired.body())
        .isEqualTo(
            """
            {"ok":true,"status":"acquired","key":"pdf:9","ttl":900,"ttl_left":null,"lease_id":"%s",\
            "version":1,"first_seen_at":"%s","done_at":null,"result_hash":null,"error_code":null,\
            "retry_after_sec":null,"usage":2,"limit":100000,"charged":1,"fence":%d}\
            """
                .formatted(
                    acquired.text("/lease_id"),
                    acquired.text("/first_seen_at"),
                    acquired.number("/fence")));
    assertThat(acquired.text("/lease_id")).matches("lease_[0-9a-z]{13}");
    assertThat(Instant.parse(acquired.text("/first_seen_at"))).isBetween(before, Instant.now());
    assertThat(acquired.header("X-Request-Id")).isNotEmpty();
    assertThat(acquired.header("X-OnceOnly-Status")).isNull();
  }

  @Test
  void whileItIsHeldEverybodyElseIsToldToPoll() {
    Client client = SERVER.namespace("polling", "starter");
    Answer owner = client.post(LEASE, "key", "pdf:9", "ttl", 900);

    Answer polling = client.post(LEASE, "key", "pdf:9", "ttl", 60);

    assertThat(polling.status()).isEqualTo(200);
    assertThat(polling.number("/ttl_left")).isBetween(880L, 900L);
    assertThat(polling.body())
        .isEqualTo(
            """
            {"ok":true,"status":"polling","key":"pdf:9","ttl":900,"ttl_left":%d,"lease_id":"%s",\
            "version":1,"first_seen_at":"%s","done_at":null,"result_hash":null,"error_code":null,\
            "retry_after_sec":5,"usage":1,"limit":100000,"charged":0,"fence":%d}\
            """
                .formatted(
                    polling.number("/ttl_left"),
                    owner.text("/lease_id"),
                    owner.text("/first_seen_at"),
                    owner.number("/fence")));
  }

  @Test
  void aCompletedKeyIsShownAndNothingIsCharged() {
    Client client = SERVER.namespace("completed", "starter");
    Answer owner = client.post(LEASE, "key", "pdf:9");
    client.post(
        "/v1/ai/complete",
        "key",
        "pdf:9",
        "lease_id",
        owner.text("/lease_id"),
        "result_hash",
        "ab12");

    Answer completed = client.post(LEASE, "key", "pdf:9");

    assertThat(completed.body())
        .isEqualTo(
            """
            {"ok":true,"status":"completed","key":"pdf:9","ttl":null,"ttl_left":null,\
            "lease_id":"%s","version":2,"first_seen_at":"%s","done_at":"%s","result_hash":"ab12",\
            "error_code":null,"retry_after_sec":null,"usage":1,"limit":100000,"charged":0}\
            """
                .formatted(
                    owner.text("/lease_id"),
                    owner.text("/first_seen_at"),
                    completed.text("/done_at")));
    assertThat(completed.text("/done_at")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
  }

  @Test
  void aFailedKeyStaysFailed() {
    Client client = SERVER.namespace("failed", "unlimited");
    Answer owner = client.post(LEASE, "key", "pdf:9");
    client.post(
        "/v1/ai/fail", "key", "pdf:9", "lease_id", owner.text("/lease_id"), "error_code", "torn");

    Answer failed = client.post(LEASE, "key", "pdf:9", "retry_failed", false);

    assertThat(failed.body())
        .isEqualTo(
            """
            {"ok":true,"status":"failed","key":"pdf:9","ttl":null,"ttl_left":null,\
            "lease_id":"%s","version":2,"first_seen_at":"%s","done_at":"%s","result_hash":null,\
            "error_code":"torn","retry_after_sec":null,"usage":1,"limit":null,"charged":0}\
            """
                .formatted(
                    owner.text("/lease_id"),
                    owner.text("/first_seen_at"),
                    failed.text("/done_at")));
  }

  @Test
  void aLeaseBodyIsNeverTakenForAToolResult() {
    Answer acquired = admin.post(LEASE, "key", "no-tool");

    assertThat(acquired.json().has("allowed")).isFalse();
    assertThat(acquired.json().has("decision")).isFalse();
  }

  @Test
  void retryFailedAcquiresAFailedKeyAgain() {
    Answer first = admin.post(LEASE, "key", "again");
    finish("/v1/ai/fail", "again", first, "error_code", "torn");

    Answer second = admin.post(LEASE, "key", "again", "retry_failed", true);

    assertThat(second.text("/status")).isEqualTo("acquired");
    assertThat(second.number("/version")).isEqualTo(3);
    assertThat(second.number("/charged")).isEqualTo(1);
    assertThat(second.text("/lease_id")).isNotEqualTo(first.text("/lease_id"));
    assertThat(second.number("/fence")).isGreaterThan(first.number("/fence"));
    assertThat(admin.get("/v1/ai/status", "key", "again").text("/status")).isEqualTo("in_progress");
  }

  @Test
  void retryFailedLeavesACompletedAndAHeldKeyAlone() {
    Answer done = admin.post(LEASE, "key", "done");
    finish("/v1/ai/complete", "done", done, "result", Map.of("n", 1));
    Answer held = admin.post(LEASE, "key", "held");

    Answer ofDone = admin.post(LEASE, "key", "done", "retry_failed", true);
    Answer ofHeld = admin.post(LEASE, "key", "held", "retry_failed", true);

    assertThat(ofDone.text("/status")).isEqualTo("completed");
    assertThat(ofDone.number("/version")).isEqualTo(2);
    assertThat(ofHeld.text("/status")).isEqualTo("polling");
    assertThat(ofHeld.text("/lease_id")).isEqualTo(held.text("/lease_id"));
  }

  @Test
  void theFormerOwnerOfARetriedKeyIsTurnedAway() {
    Answer former = admin.post(LEASE, "key", "former");
    finish("/v1/ai/fail", "former", former, "error_code", "torn");
    admin.post(LEASE, "key", "former", "retry_failed", true);

    for (String path : List.of("/v1/ai/complete", "/v1/ai/cancel", EXTEND)) {
      Answer refused = finish(path, "former", former, "ttl", 60);

      assertThat(refused.status()).isEqualTo(409);
      assertThat(refused.body())
          .isEqualTo(
              """
              {"ok":false,"status":"conflict","key":"former",\
              "detail":{"error":"lease_mismatch","status":"in_progress","version":3}}\
              """);
    }
  }

  @Test
  void anExtendCountsTheTtlAgainFromNow() {
    Answer owner = admin.post(LEASE, "key", "longer", "ttl", 60);

    Answer extended = finish(EXTEND, "longer", owner, "ttl", 900);

    assertThat(extended.status()).isEqualTo(200);
    assertThat(extended.body())
        .isEqualTo(
            """
            {"ok":true,"status":"extended","key":"longer","ttl":900,"version":2}\
            """);
    Answer status = admin.get("/v1/ai/status", "key", "longer");
    assertThat(status.number("/ttl_left")).isBetween(880L, 900L);
    assertThat(status.number("/version")).isEqualTo(2);
    assertThat(status.number("/fence")).isEqualTo(owner.number("/fence"));
    assertThat(status.text("/first_seen_at")).isEqualTo(owner.text("/first_seen_at"));
  }

  @Test
  void anExtendMayAlsoShortenAndWithoutTtlTakesTheLastOne() {
    Answer owner = admin.post(LEASE, "key", "shorter", "ttl", 900);

    assertThat(finish(EXTEND, "shorter", owner, "ttl", 1).number("/ttl")).isEqualTo(10);
    assertThat(finish(EXTEND, "shorter", owner).number("/ttl")).isEqualTo(10);
    assertThat(finish(EXTEND, "shorter", owner, "ttl", 9_000_000).number("/ttl"))
        .isEqualTo(2_592_000);
    assertThat(finish(EXTEND, "shorter", owner).body())
        .isEqualTo(
            """
            {"ok":true,"status":"extended","key":"shorter","ttl":2592000,"version":5}\
            """);
  }

  @Test
  void anExtendOfWhatIsNotTheCallersChangesNothing() {
    Answer owner = admin.post(LEASE, "key", "mine");

    Answer mismatch = admin.post(EXTEND, "key", "mine", "lease_id", "lease_x", "ttl", 20);
    Answer unknown = finish(EXTEND, "nobodys", owner, "ttl", 20);

    assertThat(mismatch.status()).isEqualTo(409);
    assertThat(mismatch.body())
        .isEqualTo(
            """
            {"ok":false,"status":"conflict","key":"mine",\
            "detail":{"error":"lease_mismatch","status":"in_progress","version":1}}\
            """);
    assertThat(unknown.status()).isEqualTo(409);
    assertThat(unknown.body())
        .isEqualTo(
            """
            {"ok":false,"status":"conflict","key":"nobodys",\
            "detail":{"error":"lease_not_found","status":"not_found","version":0}}\
            """);
    assertThat(admin.get("/v1/ai/status", "key", "mine").number("/version")).isEqualTo(1);
  }

  @Test
  void aFinishedLeaseIsNotExtended() {
    Answer owner = admin.post(LEASE, "key", "over");
    finish("/v1/ai/complete", "over", owner);

    assertThat(finish(EXTEND, "over", owner).body())
        .isEqualTo(
            """
            {"ok":false,"status":"conflict","key":"over",\
            "detail":{"error":"lease_finished","status":"completed","version":2}}\
            """);
  }

  @Test
  void ofManyConcurrentCallersExactlyOneAcquires() throws InterruptedException {
    List<Answer> answers =
        new ConcurrentCalls().answers(24, _ -> admin.post(LEASE, "key", "contended"));

    assertThat(answers.stream().map(answer -> answer.text("/status")).filter("acquired"::equals))
        .hasSize(1);
    assertThat(answers.stream().map(answer -> answer.text("/lease_id")).distinct()).hasSize(1);
    assertThat(answers.stream().mapToLong(answer -> answer.number("/charged")).sum()).isOne();
  }

  private Answer finish(String path, String key, Answer owner, Object... more) {
    return admin.post(path, LeaseFields.of(key, owner, more));
  }
}
