package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// For automation tools that stop only on errors: `duplicate_status_code = 409`.
class DuplicateAs409Test {
  private static final String PATH = "/v1/check-lock";

  @RegisterExtension
  static final LiveServer SERVER = LiveServer.with(Map.of("duplicate_status_code", "409"));

  @Test
  void aDuplicateIsAConflictThatTellsWhenTheWinnerCame() {
    Answer locked = SERVER.admin().post(PATH, "key", "a");
    Answer duplicate = SERVER.admin().post(PATH, "key", "a");

    assertThat(locked.status()).isEqualTo(200);
    assertThat(duplicate.status()).isEqualTo(409);
    assertThat(duplicate.header("X-OnceOnly-Status")).isEqualTo("duplicate");
    assertThat(duplicate.text("/detail/first_seen_at"))
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
    assertThat(duplicate.body())
        .isEqualTo(
            """
            {"detail":{"error":"Duplicate blocked","first_seen_at":"%s"}}\
            """
                .formatted(duplicate.text("/detail/first_seen_at")));
  }

  @Test
  void aReusedKeyIsAConflictOfItsOwn() {
    SERVER.admin().post(PATH, "key", "b", "fingerprint", "x");

    Answer reused = SERVER.admin().post(PATH, "key", "b", "fingerprint", "y");

    assertThat(reused.text("/detail/error")).isEqualTo("key_reused");
    assertThat(reused.header("X-OnceOnly-Status")).isNull();
  }

  @Test
  void aBatchTellsOfDuplicatesAsEverywhere() {
    Answer batch =
        SERVER
            .admin()
            .post("/v1/check-lock/batch", "items", List.of(Map.of("key", "c"), Map.of("key", "c")));

    assertThat(batch.status()).isEqualTo(200);
    assertThat(batch.text("/items/1/status")).isEqualTo("duplicate");
  }
}
