package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FingerprintTest {
  private static final String LOCK = "/v1/check-lock";
  private static final String LEASE = "/v1/ai/lease";

  @RegisterExtension static final LiveServer SERVER = LiveServer.withDefaults();

  private final Client admin = SERVER.admin();

  @Test
  void aKeyThatIsUsedForSomethingElseIsRefused() {
    for (String path : List.of(LOCK, LEASE)) {
      admin.post(path, "key", "refund", "fingerprint", "amount=12");

      Answer reused = admin.post(path, "key", "refund", "fingerprint", "amount=99");

      assertThat(reused.status()).isEqualTo(409);
      assertThat(reused.body())
          .isEqualTo(
              """
              {"detail":{"error":"key_reused","key":"refund","stored_fingerprint":"amount=12",\
              "given_fingerprint":"amount=99"}}\
              """);
    }
  }

  @Test
  void theSameFingerprintOrNoneIsATrueRepeat() {
    admin.post(LOCK, "key", "same", "fingerprint", "x");
    admin.post(LEASE, "key", "same", "fingerprint", "x");

    assertThat(admin.post(LOCK, "key", "same", "fingerprint", "x").text("/status"))
        .isEqualTo("duplicate");
    assertThat(admin.post(LOCK, "key", "same").text("/status")).isEqualTo("duplicate");
    assertThat(admin.post(LEASE, "key", "same", "fingerprint", "x").text("/status"))
        .isEqualTo("polling");
    assertThat(admin.post(LEASE, "key", "same").text("/status")).isEqualTo("polling");
  }

  @Test
  void aWinnerWithoutAFingerprintIsNotCompared() {
    admin.post(LOCK, "key", "bare");
    admin.post(LEASE, "key", "bare");

    assertThat(admin.post(LOCK, "key", "bare", "fingerprint", "x").text("/status"))
        .isEqualTo("duplicate");
    assertThat(admin.post(LEASE, "key", "bare", "fingerprint", "x").text("/status"))
        .isEqualTo("polling");
    // And nothing is stored by one that has not won.
    assertThat(admin.post(LOCK, "key", "bare", "fingerprint", "y").text("/status"))
        .isEqualTo("duplicate");
  }

  @Test
  void aFinishedLeaseIsStillCompared() {
    Answer owner = admin.post(LEASE, "key", "finished", "fingerprint", "x");
    admin.post("/v1/ai/fail", LeaseFields.of("finished", owner, "error_code", "torn"));

    Answer other = admin.post(LEASE, "key", "finished", "fingerprint", "y", "retry_failed", true);
    Answer same = admin.post(LEASE, "key", "finished", "fingerprint", "x");

    assertThat(other.status()).isEqualTo(409);
    assertThat(same.text("/status")).isEqualTo("failed");
    assertThat(same.number("/version")).isEqualTo(2);
  }

  @Test
  void aRefusedCallCountsAsARequestAndChangesNothing() {
    Client client = SERVER.namespace("refused", "agency");
    Answer locked = client.post(LOCK, "key", "k", "fingerprint", "x");
    Answer leased = client.post(LEASE, "key", "k", "fingerprint", "x");
    client.post(LOCK, "key", "k", "fingerprint", "y", "ttl", 20);
    client.post(LEASE, "key", "k", "fingerprint", "y", "ttl", 20);

    Answer usage = client.get("/v1/usage/all");
    Answer status = client.get("/v1/ai/status", "key", "k");

    assertThat(usage.number("/make/requests_total_month")).isEqualTo(2);
    assertThat(usage.number("/make/usage")).isZero();
    assertThat(usage.number("/ai/requests_total_month")).isEqualTo(2);
    assertThat(usage.number("/ai/usage")).isEqualTo(1);
    assertThat(status.text("/lease_id")).isEqualTo(leased.text("/lease_id"));
    assertThat(status.number("/version")).isEqualTo(1);
    assertThat(
            client
                .post("/v1/check-lock/release", "key", "k", "lock_id", locked.text("/lock_id"))
                .status())
        .isEqualTo(200);
  }

  @Test
  void aFingerprintHas1To128Characters() {
    String longest = "🦉".repeat(128);
    admin.post(LOCK, "key", "bounds", "fingerprint", longest);

    assertThat(
            admin
                .post(LOCK, "key", "bounds", "fingerprint", "x")
                .text("/detail/stored_fingerprint"))
        .isEqualTo(longest);
    for (String path : List.of(LOCK, LEASE)) {
      assertThat(admin.post(path, "key", "bad", "fingerprint", "").mistakes())
          .containsExactly(
              "string_too_short at body.fingerprint: String should have at least 1 character");
      assertThat(admin.post(path, "key", "bad", "fingerprint", "x".repeat(129)).mistakes())
          .containsExactly(
              "string_too_long at body.fingerprint: String should have at most 128 characters");
      assertThat(admin.post(path, "key", "bad", "fingerprint", 12).mistakes())
          .containsExactly("string_type at body.fingerprint: Input should be a valid string");
    }
    assertThat(admin.post(LOCK, "key", "bad").text("/status")).isEqualTo("locked");
    assertThat(admin.post(LEASE, "key", "bad").text("/status")).isEqualTo("acquired");
  }
}
