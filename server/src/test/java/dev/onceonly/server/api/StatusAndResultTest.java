package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// `/v1/ai/status` and `/v1/ai/result`.
class StatusAndResultTest {
  private static final String STATUS = "/v1/ai/status";
  private static final String RESULT = "/v1/ai/result";

  @RegisterExtension static final LiveServer SERVER = LiveServer.withDefaults();

  private final Client admin = SERVER.admin();

  @Test
  void aKeyThatWasNeverSeenIsNotFoundAndThatIsNoError() {
    Answer status = admin.get(STATUS, "key", "unseen");
    Answer result = admin.get(RESULT, "key", "unseen");

    assertThat(status.status()).isEqualTo(200);
    assertThat(status.body())
        .isEqualTo(
            """
            {"ok":false,"status":"not_found","key":"unseen","ttl_left":null,"lease_id":null,\
            "version":0,"first_seen_at":null,"done_at":null,"result_hash":null,"error_code":null,\
            "retry_after_sec":null}\
            """);
    assertThat(result.status()).isEqualTo(200);
    assertThat(result.body())
        .isEqualTo(
            """
            {"ok":false,"status":"not_found","key":"unseen","result":null,"result_hash":null,\
            "error_code":null,"done_at":null,"version":0}\
            """);
  }

  @Test
  void aHeldKeyIsInProgress() {
    Answer owner = admin.post("/v1/ai/lease", "key", "held", "ttl", 900);

    Answer status = admin.get(STATUS, "key", "held");

    assertThat(status.number("/ttl_left")).isBetween(880L, 900L);
    assertThat(status.body())
        .isEqualTo(
            """
            {"ok":true,"status":"in_progress","key":"held","ttl_left":%d,"lease_id":"%s",\
            "version":1,"first_seen_at":"%s","done_at":null,"result_hash":null,"error_code":null,\
            "retry_after_sec":5,"fence":%d}\
            """
                .formatted(
                    status.number("/ttl_left"),
                    owner.text("/lease_id"),
                    owner.text("/first_seen_at"),
                    owner.number("/fence")));
    assertThat(admin.get(RESULT, "key", "held").body())
        .isEqualTo(
            """
            {"ok":true,"status":"in_progress","key":"held","result":null,"result_hash":null,\
            "error_code":null,"done_at":null,"version":1}\
            """);
  }

  @Test
  void aCompletedKeyHasItsResultAsItWasWritten() {
    Answer owner = admin.post("/v1/ai/lease", "key", "done");
    admin.postText(
        "/v1/ai/complete",
        """
        {"key":"done","lease_id":"%s","result_hash":"ab12",\
        "result":{"pages":3,"price":12.340,"big":123456789012345678901234567890,"who":"ü🦉"}}\
        """
            .formatted(owner.text("/lease_id")));

    Answer status = admin.get(STATUS, "key", "done");
    Answer result = admin.get(RESULT, "key", "done");

    assertThat(status.body())
        .isEqualTo(
            """
            {"ok":true,"status":"completed","key":"done","ttl_left":null,"lease_id":"%s",\
            "version":2,"first_seen_at":"%s","done_at":"%s","result_hash":"ab12","error_code":null,\
            "retry_after_sec":null}\
            """
                .formatted(
                    owner.text("/lease_id"),
                    owner.text("/first_seen_at"),
                    status.text("/done_at")));
    assertThat(result.body())
        .isEqualTo(
            """
            {"ok":true,"status":"completed","key":"done",\
            "result":{"pages":3,"price":12.340,"big":123456789012345678901234567890,"who":"ü🦉"},\
            "result_hash":"ab12","error_code":null,"done_at":"%s","version":2}\
            """
                .formatted(status.text("/done_at")));
  }

  @Test
  void aKeyCompletedWithoutAResultHasNone() {
    Answer owner = admin.post("/v1/ai/lease", "key", "empty");
    admin.post("/v1/ai/complete", LeaseFields.of("empty", owner));

    Answer result = admin.get(RESULT, "key", "empty");

    assertThat(result.text("/status")).isEqualTo("completed");
    assertThat(result.json().get("result").isNull()).isTrue();
    assertThat(result.json().get("result_hash").isNull()).isTrue();
  }

  @Test
  void aFailedKeyHasAnErrorCodeAndNoResult() {
    Answer owner = admin.post("/v1/ai/lease", "key", "torn");
    admin.post("/v1/ai/fail", LeaseFields.of("torn", owner, "error_code", "out_of_paper"));

    Answer status = admin.get(STATUS, "key", "torn");

    assertThat(status.text("/status")).isEqualTo("failed");
    assertThat(status.text("/error_code")).isEqualTo("out_of_paper");
    assertThat(status.json().get("retry_after_sec").isNull()).isTrue();
    assertThat(admin.get(RESULT, "key", "torn").body())
        .isEqualTo(
            """
            {"ok":true,"status":"failed","key":"torn","result":null,"result_hash":null,\
            "error_code":"out_of_paper","done_at":"%s","version":2}\
            """
                .formatted(status.text("/done_at")));
  }

  @Test
  void aRetriedKeyHasNoResultOfTheLastTry() {
    Answer first = admin.post("/v1/ai/lease", "key", "retried");
    admin.post("/v1/ai/fail", LeaseFields.of("retried", first, "error_code", "torn"));
    Answer second = admin.post("/v1/ai/lease", "key", "retried", "retry_failed", true);
    admin.post("/v1/ai/complete", LeaseFields.of("retried", second));

    Answer result = admin.get(RESULT, "key", "retried");

    assertThat(result.json().get("result").isNull()).isTrue();
    assertThat(result.json().get("error_code").isNull()).isTrue();
    assertThat(result.number("/version")).isEqualTo(4);
  }

  @Test
  void askingChangesNothingAndCostsNothing() {
    Client client = SERVER.namespace("asking", "agency");
    client.post("/v1/ai/lease", "key", "a");
    String usage = client.get("/v1/usage/all").body();
    String before = client.get(STATUS, "key", "a").body();

    for (int i = 0; i < 5; i++) {
      client.get(STATUS, "key", "a");
      client.get(RESULT, "key", "a");
      client.get(STATUS, "key", "b");
    }

    assertThat(client.get("/v1/usage/all").body()).isEqualTo(usage);
    assertThat(client.get(STATUS, "key", "a").text("/version")).isEqualTo("1");
    assertThat(before).contains("\"version\":1");
  }

  @Test
  void aKeyIsNeeded() {
    for (String path : new String[] {STATUS, RESULT}) {
      Answer refused = admin.get(path);
      assertThat(refused.status()).isEqualTo(422);
      assertThat(refused.mistakes()).containsExactly("missing at query.key: Field required");
    }
  }
}
