package dev.onceonly.http.api;

import dev.onceonly.core.Claim;
import dev.onceonly.core.account.Caller;
import dev.onceonly.http.Request;
import dev.onceonly.http.input.Fields;
import dev.onceonly.http.input.TextRule;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Reads what every claim on a key brings: TTL, attempt id, fingerprint.
final class ClaimFields {
  static final String ATTEMPT_HEADER = "X-OnceOnly-Attempt-Id";
  private static final TextRule FINGERPRINT = TextRule.of(1, 128);
  private static final int ATTEMPT_CHARS_MAX = 128;

  private final LongSupplier tokens;

  /// Gives each claim a token of its own.
  ///
  /// @param tokens strong random numbers
  ClaimFields(LongSupplier tokens) {
    this.tokens = tokens;
  }

  Claim read(Fields fields, Caller caller, @Nullable String attemptId) {
    Long ttl = fields.optionalTtl("ttl");
    String fingerprint = fields.optionalText("fingerprint", FINGERPRINT);
    return new Claim(
        caller.plan().ttl().effectiveMs(ttl),
        tokens.getAsLong(),
        attemptId,
        fingerprint,
        caller.claimant());
  }

  /// The attempt id of the header, or null.
  @Nullable String attemptId(Request request) {
    String value = request.header(ATTEMPT_HEADER);
    if (value != null && !isAttemptId(value)) {
      request.refuseHeader(ATTEMPT_HEADER, "1 to 128 visible ASCII characters");
      return null;
    }
    return value;
  }

  /// The attempt id of one item in a batch, or null.
  @Nullable String attemptId(Fields item) {
    String value = item.optionalText("attempt_id", TextRule.of(1, ATTEMPT_CHARS_MAX));
    if (value != null && !value.isEmpty() && !isAttemptId(value)) {
      item.refuse("attempt_id", "1 to 128 visible ASCII characters");
      return null;
    }
    return value;
  }

  private static boolean isAttemptId(String value) {
    return !value.isEmpty()
        && value.length() <= ATTEMPT_CHARS_MAX
        && value.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }
}
