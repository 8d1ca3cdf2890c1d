package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `/v1/ai/complete`, `/v1/ai/fail` and `/v1/ai/cancel`.
class FinishTest {
  private static final String COMPLETE = "/v1/ai/complete";
  private static final String FAIL = "/v1/ai/fail";
  private static final String CANCEL = "/v1/ai/cancel";

  @RegisterExtension static final LiveServer SERVER = LiveServer.withDefaults();

  private final Client admin = SERVER.admin();

  @Test
  void completeFailAndCancelAnswerWithTheNewVersion() {
    assertThat(finish(COMPLETE, "c", acquired("c"), "result", Map.of("pages", 3)).body())
        .isEqualTo(
            """
            {"ok":true,"status":"completed","key":"c","version":2}\
            """);
    assertThat(finish(FAIL, "f", acquired("f"), "error_code", "torn").body())
        .isEqualTo(
            """
            {"ok":true,"status":"failed","key":"f","version":2}\
            """);
    assertThat(finish(CANCEL, "x", acquired("x"), "reason", "not needed").body())
        .isEqualTo(
            """
            {"ok":true,"status":"failed","key":"x","version":2}\
            """);
  }

  @ParameterizedTest
  @CsvSource({"'', canceled", "no money, canceled:no money", "ü🦉, canceled:ü🦉"})
  void aCancellationIsAFailureThatNamesTheReason(String reason, String errorCode) {
    String key = "cancel-" + reason;
    finish(CANCEL, key, acquired(key), "reason", reason);

    Answer status = admin.get("/v1/ai/status", "key", key);

    assertThat(status.text("/status")).isEqualTo("failed");
    assertThat(status.text("/error_code")).isEqualTo(errorCode);
  }

  @Test
  void aCancellationNeedsNoReason() {
    finish(CANCEL, "no-reason", acquired("no-reason"));

    assertThat(admin.get("/v1/ai/result", "key", "no-reason").text("/error_code"))
        .isEqualTo("canceled");
  }

  @Test
  void aRepeatOfTheSameOutcomeIsAnsweredAlikeAndChangesNothing() {
    Answer completed = acquired("rc");
    Answer failed = acquired("rf");
    Answer canceled = acquired("rx");
    for (int i = 0; i < 3; i++) {
      assertThat(
              finish(COMPLETE, "rc", completed, "result", Map.of("n", 1), "result_hash", "h")
                  .body())
          .isEqualTo("{\"ok\":true,\"status\":\"completed\",\"key\":\"rc\",\"version\":2}");
      assertThat(finish(FAIL, "rf", failed, "error_code", "torn", "error_hash", "e" + i).body())
          .isEqualTo("{\"ok\":true,\"status\":\"failed\",\"key\":\"rf\",\"version\":2}");
      assertThat(finish(CANCEL, "rx", canceled, "reason", "r").body())
          .isEqualTo("{\"ok\":true,\"status\":\"failed\",\"key\":\"rx\",\"version\":2}");
    }
  }

  @Test
  void resultsThatAreEqualAsJsonAreTheSamePayload() {
    Answer owner = acquired("equal");
    complete("equal", owner, "{\"a\":1,\"b\":[1.50,{\"c\":null}]}");

    Answer again = complete("equal", owner, "{ \"b\" : [15e-1, {\"c\":null}], \"a\" : 1.0 }");

    assertThat(again.status()).isEqualTo(200);
    assertThat(admin.get("/v1/ai/result", "key", "equal").body())
        .contains("\"result\":{\"a\":1,\"b\":[1.50,{\"c\":null}]}");
  }

  @Test
  void anotherOutcomeOrPayloadIsRefusedAndWhatIsStoredStays() {
    Answer owner = acquired("stored");
    complete("stored", owner, "{\"n\":1}");

    for (Answer refused :
        List.of(
            complete("stored", owner, "{\"n\":2}"),
            complete("stored", owner, "{\"n\":\"1\"}"),
            complete("stored", owner, "{}"),
            finish(COMPLETE, "stored", owner),
            finish(COMPLETE, "stored", owner, "result", Map.of("n", 1), "result_hash", "h"),
            finish(FAIL, "stored", owner, "error_code", "torn"),
            finish(CANCEL, "stored", owner))) {
      assertThat(refused.status()).isEqualTo(409);
      assertThat(refused.body())
          .isEqualTo(
              """
              {"ok":false,"status":"conflict","key":"stored",\
              "detail":{"error":"lease_finished","status":"completed","version":2}}\
              """);
    }
    assertThat(admin.get("/v1/ai/result", "key", "stored").body()).contains("\"result\":{\"n\":1}");
  }

  @Test
  void aFailureKeepsItsErrorCode() {
    Answer owner = acquired("code");
    finish(FAIL, "code", owner, "error_code", "torn");

    for (Answer refused :
        List.of(
            finish(FAIL, "code", owner, "error_code", "worn"),
            finish(CANCEL, "code", owner),
            finish(COMPLETE, "code", owner))) {
      assertThat(refused.body())
          .isEqualTo(
              """
              {"ok":false,"status":"conflict","key":"code",\
              "detail":{"error":"lease_finished","status":"failed","version":2}}\
              """);
    }
    assertThat(admin.get("/v1/ai/status", "key", "code").text("/error_code")).isEqualTo("torn");
  }

  @Test
  void nobodyButTheOwnerFinishes() {
    Answer other = acquired("other");
    acquired("owned");

    for (String path : List.of(COMPLETE, FAIL, CANCEL)) {
      assertThat(finish(path, "owned", other, "error_code", "torn").body())
          .isEqualTo(
              """
              {"ok":false,"status":"conflict","key":"owned",\
              "detail":{"error":"lease_mismatch","status":"in_progress","version":1}}\
              """);
      Answer unknown = finish(path, "never-seen", other, "error_code", "torn");
      assertThat(unknown.status()).isEqualTo(409);
      assertThat(unknown.body())
          .isEqualTo(
              """
              {"ok":false,"status":"conflict","key":"never-seen",\
              "detail":{"error":"lease_not_found","status":"not_found","version":0}}\
              """);
    }
    assertThat(admin.get("/v1/ai/status", "key", "owned").text("/status")).isEqualTo("in_progress");
  }

  @Test
  void aWrongLeaseIdOfAFinishedKeyIsAMismatch() {
    finish(COMPLETE, "finished", acquired("finished"));

    assertThat(admin.post(COMPLETE, "key", "finished", "lease_id", "lease_x").body())
        .isEqualTo(
            """
            {"ok":false,"status":"conflict","key":"finished",\
            "detail":{"error":"lease_mismatch","status":"completed","version":2}}\
            """);
  }

  @Test
  void whatIsMissingIsNamedAndNothingIsFinished() {
    Answer owner = acquired("needed");

    assertThat(admin.post(COMPLETE).mistakes())
        .containsExactlyInAnyOrder(
            "missing at body.key: Field required", "missing at body.lease_id: Field required");
    assertThat(finish(FAIL, "needed", owner).mistakes())
        .containsExactly("missing at body.error_code: Field required");
    assertThat(finish(FAIL, "needed", owner, "error_code", "").mistakes())
        .containsExactly(
            "string_too_short at body.error_code: String should have at least 1 character");
    assertThat(finish(FAIL, "needed", owner, "error_code", "x".repeat(257)).mistakes())
        .containsExactly(
            "string_too_long at body.error_code: String should have at most 256 characters");
    assertThat(finish(COMPLETE, "needed", owner, "result", List.of(1)).mistakes())
        .containsExactly("dict_type at body.result: Input should be a valid dictionary");
    assertThat(finish(COMPLETE, "needed", owner, "result_hash", "x".repeat(257)).mistakes())
        .containsExactly(
            "string_too_long at body.result_hash: String should have at most 256 characters");
    assertThat(finish(CANCEL, "needed", owner, "reason", "x".repeat(257)).mistakes())
        .containsExactly(
            "string_too_long at body.reason: String should have at most 256 characters");
    assertThat(admin.get("/v1/ai/status", "key", "needed").number("/version")).isEqualTo(1);
  }

  private Answer acquired(String key) {
    return admin.post("/v1/ai/lease", "key", key);
  }

  private Answer finish(String path, String key, Answer owner, Object... more) {
    return admin.post(path, LeaseFields.of(key, owner, more));
  }

  private Answer complete(String key, Answer owner, String result) {
    String start = Body.of(LeaseFields.of(key, owner));
    return admin.postText(
        COMPLETE, start.substring(0, start.length() - 1) + ",\"result\":" + result + "}");
  }
}
