package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `X-OnceOnly-Attempt-Id`: the winner, whose answer got lost, asks again.
class AttemptIdTest {
  private static final String LOCK = "/v1/check-lock";
  private static final String LEASE = "/v1/ai/lease";
  private static final String HEADER = "X-OnceOnly-Attempt-Id";

  @RegisterExtension
  static final LiveServer SERVER =
      LiveServer.with(Map.of("plan_free_make", "1", "plan_free_ai", "1"));

  private final Client admin = SERVER.admin();

  @Test
  void theWinnerOfALockIsToldAgainThatItHasWon() {
    Answer first = attempt(LOCK, "a1", "key", "lock", "ttl", 600, "metadata", Map.of("n", 1));

    Answer again = attempt(LOCK, "a1", "key", "lock", "ttl", 30);

    assertThat(again.status()).isEqualTo(200);
    assertThat(again.header("X-OnceOnly-Status")).isEqualTo("locked");
    assertThat(again.body())
        .isEqualTo(
            """
            {"success":true,"status":"locked","key":"lock","ttl":600,"first_seen_at":null,\
            "fence":%d,"lock_id":"%s","replayed":true,"metadata":{"n":1}}\
            """
                .formatted(first.number("/fence"), first.text("/lock_id")));
  }

  @Test
  void anybodyElseIsADuplicate() {
    attempt(LOCK, "a1", "key", "others");

    assertThat(attempt(LOCK, "a2", "key", "others").text("/status")).isEqualTo("duplicate");
    assertThat(admin.post(LOCK, "key", "others").text("/status")).isEqualTo("duplicate");
    assertThat(attempt(LOCK, "A1", "key", "others").text("/status")).isEqualTo("duplicate");
  }

  @Test
  void theOwnerOfALeaseGetsItAsItStands() {
    Client client = SERVER.namespace("as-it-stands", "starter");
    Answer first = client.postText(LEASE, Body.of("key", "k", "ttl", 600), HEADER, "a1");
    client.post("/v1/ai/extend", LeaseFields.of("k", first, "ttl", 900));

    Answer again = client.postText(LEASE, Body.of("key", "k", "ttl", 20), HEADER, "a1");

    assertThat(again.number("/ttl_left")).isBetween(880L, 900L);
    assertThat(again.body())
        .isEqualTo(
            """
            {"ok":true,"status":"acquired","key":"k","ttl":900,"ttl_left":%d,"lease_id":"%s",\
            "version":2,"first_seen_at":"%s","done_at":null,"result_hash":null,"error_code":null,\
            "retry_after_sec":null,"usage":1,"limit":100000,"charged":0,"fence":%d,"replayed":true}\
            """
                .formatted(
                    again.number("/ttl_left"),
                    first.text("/lease_id"),
                    first.text("/first_seen_at"),
                    first.number("/fence")));
    assertThat(client.postText(LEASE, Body.of("key", "k"), HEADER, "a2").text("/status"))
        .isEqualTo("polling");
  }

  @Test
  void onAFinishedKeyTheOwnerGetsTheFinishedState() {
    Answer owner = attempt(LEASE, "a1", "key", "finished");
    admin.post("/v1/ai/fail", LeaseFields.of("finished", owner, "error_code", "torn"));

    Answer again = attempt(LEASE, "a1", "key", "finished");
    Answer retried = attempt(LEASE, "a1", "key", "finished", "retry_failed", true);

    assertThat(again.text("/status")).isEqualTo("failed");
    assertThat(again.json().has("replayed")).isFalse();
    assertThat(retried.text("/status")).isEqualTo("failed");
  }

  @Test
  void aReplayRaisesRequestsButNeverUsage() {
    Client client = SERVER.namespace("counted", "agency");
    for (int i = 0; i < 3; i++) {
      client.postText(LOCK, Body.of("key", "k"), HEADER, "a1");
      client.postText(LEASE, Body.of("key", "k"), HEADER, "a1");
    }

    Answer usage = client.get("/v1/usage/all");

    assertThat(usage.number("/make/usage")).isZero();
    assertThat(usage.number("/make/requests_total_month")).isEqualTo(3);
    assertThat(usage.number("/ai/usage")).isEqualTo(1);
    assertThat(usage.number("/ai/requests_total_month")).isEqualTo(3);
    assertThat(usage.number("/ai/polling_total_month")).isZero();
  }

  @Test
  void aReplayIsAnsweredEvenWhenThePlanHasBeenUsedUpSince() {
    Client free = SERVER.namespace("used-up", "free");
    Answer lease = free.postText(LEASE, Body.of("key", "k"), HEADER, "a1");
    Answer lock = free.postText(LOCK, Body.of("key", "k"), HEADER, "a1");
    free.post(LOCK, "key", "k");

    Answer leaseAgain = free.postText(LEASE, Body.of("key", "k"), HEADER, "a1");
    Answer lockAgain = free.postText(LOCK, Body.of("key", "k"), HEADER, "a1");

    assertThat(free.post(LEASE, "key", "k").status()).isEqualTo(402);
    assertThat(free.post(LOCK, "key", "k").status()).isEqualTo(402);
    assertThat(leaseAgain.status()).isEqualTo(200);
    assertThat(leaseAgain.text("/lease_id")).isEqualTo(lease.text("/lease_id"));
    assertThat(lockAgain.status()).isEqualTo(200);
    assertThat(lockAgain.text("/lock_id")).isEqualTo(lock.text("/lock_id"));
  }

  @Test
  void aReplayWithAnotherFingerprintIsAReusedKey() {
    attempt(LOCK, "a1", "key", "marked", "fingerprint", "x");

    assertThat(attempt(LOCK, "a1", "key", "marked", "fingerprint", "y").status()).isEqualTo(409);
    assertThat(attempt(LOCK, "a1", "key", "marked").text("/status")).isEqualTo("locked");
  }

  @ParameterizedTest
  @ValueSource(strings = {"!", "~", "5f0c2a9e-6a1d-4a57-9a44-0d2f8f1f4b1e", "\"%25,;\\"})
  void anAttemptIdIsAnyVisibleAscii(String id) {
    attempt(LOCK, id, "key", "visible-" + id);

    assertThat(attempt(LOCK, id, "key", "visible-" + id).json().has("replayed")).isTrue();
  }

  @Test
  void anAttemptIdHasUpTo128Characters() {
    String longest = "x".repeat(128);
    attempt(LOCK, longest, "key", "longest");

    assertThat(attempt(LOCK, longest, "key", "longest").json().has("replayed")).isTrue();
    assertRefused(attempt(LOCK, longest + "x", "key", "bad"));
    assertRefused(attempt(LEASE, longest + "x", "key", "bad"));
  }

  @Test
  void whatIsNoAttemptIdIsRefusedAndNothingIsHeld() {
    RawHttp raw = new RawHttp(SERVER.port());
    for (String id : new String[] {"", "a b", "a\tb", "é", "🦉"}) {
      assertRefused(raw.post(LOCK, "{\"key\":\"bad\"}", HEADER + ": " + id));
      assertRefused(raw.post(LEASE, "{\"key\":\"bad\"}", HEADER + ": " + id));
    }
    assertThat(admin.post(LOCK, "key", "bad").text("/status")).isEqualTo("locked");
    assertThat(admin.post(LEASE, "key", "bad").text("/status")).isEqualTo("acquired");
  }

  @Test
  void theWindowOfReplaysIsASetting() {
    try (LiveServer server = LiveServer.with(Map.of("attempt_replay_seconds", "0")).start()) {
      Client client = server.admin();
      client.postText(LOCK, Body.of("key", "k"), HEADER, "a1");
      client.postText(LEASE, Body.of("key", "k"), HEADER, "a1");

      assertThat(client.postText(LOCK, Body.of("key", "k"), HEADER, "a1").text("/status"))
          .isEqualTo("duplicate");
      assertThat(client.postText(LEASE, Body.of("key", "k"), HEADER, "a1").text("/status"))
          .isEqualTo("polling");
    }
  }

  private Answer attempt(String path, String id, Object... fields) {
    return admin.postText(path, Body.of(fields), HEADER, id);
  }

  private static void assertRefused(Answer refused) {
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.mistakes())
        .containsExactly(
            "value_error at header.X-OnceOnly-Attempt-Id: Value error, 1 to 128 visible ASCII"
                + " characters");
  }
}
