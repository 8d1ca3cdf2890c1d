package dev.onceonly.sdk;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.onceonly.sdk.error.DispatchVerificationException;
import dev.onceonly.sdk.error.ErrorFacts;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// The signatures of one dispatch, compared in constant time. No message tells one that would have
/// fitted.
final class DispatchProof {
  private static final String ALGORITHM = "HmacSHA256";
  private static final long EPOCH_SECOND_MAX = 253_402_300_799L;

  private final byte[] body;
  private final List<String> secrets;
  private final VerifyOptions options;

  DispatchProof(byte[] body, List<String> secrets, VerifyOptions options) {
    if (secrets.isEmpty()) {
      throw new IllegalArgumentException("secrets must not be empty");
    }
    secrets.forEach(secret -> Arguments.text("secrets", secret));
    this.body = body;
    this.secrets = secrets;
    this.options = options;
  }

  /// @throws DispatchVerificationException if the dispatch is not proved
  void check(UnaryOperator<@Nullable String> header) {
    String second = header.apply("X-OnceOnly-Signature-V2");
    String first = header.apply("X-OnceOnly-Signature");
    if (second != null) {
      checkSecond(second);
    } else if (!options.allowV1) {
      throw refused("it has no X-OnceOnly-Signature-V2");
    } else if (first == null) {
      throw refused("it has no signature");
    } else {
      checkAge(header.apply("X-OnceOnly-Timestamp"));
    }
    if (first != null && !fits(List.of(first.strip()), "")) {
      throw refused("X-OnceOnly-Signature does not fit");
    }
  }

  private void checkSecond(String header) {
    String time = null;
    List<String> signatures = new ArrayList<>();
    for (String part : header.split(",", -1)) {
      String[] pair = part.strip().split("=", 2);
      if (pair.length == 2 && pair[0].equals("t")) {
        time = pair[1];
      } else if (pair.length == 2 && pair[0].equals("v1")) {
        signatures.add(pair[1]);
      }
    }
    if (time == null || !fits(signatures, time + ".")) {
      throw refused("X-OnceOnly-Signature-V2 does not fit");
    }
    checkAge(time);
  }

  private void checkAge(@Nullable String time) {
    long seconds;
    try {
      seconds = Long.parseLong(time == null ? "" : time.strip());
    } catch (NumberFormatException e) {
      throw refused("it has no time");
    }
    if (seconds < 0 || seconds > EPOCH_SECOND_MAX) {
      throw refused("its time is none");
    }
    Instant now = options.now == null ? Instant.now() : options.now;
    Duration age = Duration.between(Instant.ofEpochSecond(seconds), now).abs();
    if (age.compareTo(options.tolerance) > 0) {
      throw refused(
          "its time is %d s from now, and at most %d s are allowed"
              .formatted(age.toSeconds(), options.tolerance.toSeconds()));
    }
  }

  private boolean fits(List<String> signatures, String before) {
    boolean fits = false;
    for (String secret : secrets) {
      byte[] right = hmac(secret, before);
      for (String signature : signatures) {
        fits |= MessageDigest.isEqual(right, signature.getBytes(UTF_8));
      }
    }
    return fits;
  }

  private byte[] hmac(String secret, String before) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret.getBytes(UTF_8), ALGORITHM));
      mac.update(before.getBytes(UTF_8));
      return HexFormat.of().formatHex(mac.doFinal(body)).getBytes(UTF_8);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }

  private static DispatchVerificationException refused(String why) {
    return new DispatchVerificationException(
        "the dispatch is not proved to come from OnceOnly: " + why, null, ErrorFacts.NONE);
  }
}
