package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TtlBoundsTest {
  private static final String LOCK = "/v1/check-lock";
  private static final String LEASE = "/v1/ai/lease";

  @RegisterExtension static final LiveServer SERVER = LiveServer.withDefaults();

  private final Client admin = SERVER.admin();

  @ParameterizedTest
  @CsvSource({
    "1.0, 10",
    "60.0, 60",
    "60.000, 60",
    "6e1, 60",
    "1e3, 1000",
    "1E+3, 1000",
    "6000e-2, 60",
    "1.5e2, 150",
    "9223372036854775807, 2592000",
    "9223372036854775807.0, 2592000",
    "9.223372036854775807e18, 2592000"
  })
  void aWholeNumberIsATtlHoweverItIsWritten(String written, long effective) {
    assertThat(asked(LOCK, "ok-" + written, written).number("/ttl")).isEqualTo(effective);
    Answer owner = asked(LEASE, "ok-" + written, written);
    assertThat(owner.number("/ttl")).isEqualTo(effective);
    assertThat(extended("ok-" + written, owner.text("/lease_id"), written).number("/ttl"))
        .isEqualTo(effective);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "0 | greater_than: Input should be greater than 0",
        "-0 | greater_than: Input should be greater than 0",
        "0.0 | greater_than: Input should be greater than 0",
        "-1 | greater_than: Input should be greater than 0",
        "-9223372036854775808 | greater_than: Input should be greater than 0",
        "1.5 | int_from_float: Input should be a valid integer, got a number with a fractional part",
        "0.5 | int_from_float: Input should be a valid integer, got a number with a fractional part",
        "-0.5 | int_from_float: Input should be a valid integer, got a number with a fractional part",
        "1e-1 | int_from_float: Input should be a valid integer, got a number with a fractional part",
        "1e-400 | int_from_float: Input should be a valid integer, got a number with a fractional part",
        "true | int_type: Input should be a valid integer",
        "\"60\" | int_type: Input should be a valid integer",
        "[60] | int_type: Input should be a valid integer",
        "{} | int_type: Input should be a valid integer",
        "9223372036854775808 | int_parsing_size: Input should be between -2^63 and 2^63 - 1",
        "-9223372036854775809 | int_parsing_size: Input should be between -2^63 and 2^63 - 1",
        "1e19 | int_parsing_size: Input should be between -2^63 and 2^63 - 1",
        "1e400 | int_parsing_size: Input should be between -2^63 and 2^63 - 1",
        "123456789012345678901234567890 | int_parsing_size: Input should be between -2^63 and 2^63 - 1"
      },
      delimiter = '|')
  void anyOtherTtlIsRefusedAndNothingIsHeldOrMoved(String written, String complaint) {
    String[] parts = complaint.split(": ", 2);
    String mistake = parts[0] + " at body.ttl: " + parts[1];
    Answer owner = asked(LEASE, "held-" + written, "600");

    for (Answer refused :
        new Answer[] {
          asked(LOCK, "bad-" + written, written),
          asked(LEASE, "bad-" + written, written),
          extended("held-" + written, owner.text("/lease_id"), written)
        }) {
      assertThat(refused.status()).isEqualTo(422);
      assertThat(refused.mistakes()).containsExactly(mistake);
    }
    assertThat(asked(LOCK, "bad-" + written, "60").text("/status")).isEqualTo("locked");
    assertThat(asked(LEASE, "bad-" + written, "60").text("/status")).isEqualTo("acquired");
    Answer held = admin.get("/v1/ai/status", "key", "held-" + written);
    assertThat(held.number("/version")).isEqualTo(1);
    assertThat(held.number("/ttl_left")).isGreaterThan(500);
  }

  private Answer asked(String path, String key, String ttl) {
    String start = Body.of("key", key);
    return admin.postText(path, start.substring(0, start.length() - 1) + ",\"ttl\":" + ttl + "}");
  }

  private Answer extended(String key, String leaseId, String ttl) {
    String start = Body.of("key", key, "lease_id", leaseId);
    return admin.postText(
        "/v1/ai/extend", start.substring(0, start.length() - 1) + ",\"ttl\":" + ttl + "}");
  }
}
