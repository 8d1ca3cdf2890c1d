package dev.onceonly.dispatch;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Signs requests to one tool: as published (contract 7.2), and so that the time is signed too
/// (contract 18, headers to a tool).
///
/// @param secrets the current one, and the next one while it is rotated
/// @param onlyV2 whether the published signature, which leaves out the time, is left out
record Signatures(List<String> secrets, boolean onlyV2) {
  private static final String ALGORITHM = "HmacSHA256";

  /// The headers that sign these very bytes at this time.
  Map<String, String> headers(byte[] body, long unixSeconds) {
    Map<String, String> headers = new LinkedHashMap<>();
    if (!onlyV2) {
      headers.put("X-OnceOnly-Signature", hmac(secrets.getFirst(), new byte[0], body));
      headers.put("X-OnceOnly-Signature-Alg", "hmac_sha256");
      headers.put("X-OnceOnly-Timestamp", Long.toString(unixSeconds));
    }
    byte[] prefix = (unixSeconds + ".").getBytes(StandardCharsets.US_ASCII);
    headers.put(
        "X-OnceOnly-Signature-V2",
        secrets.stream()
            .map(secret -> ",v1=" + hmac(secret, prefix, body))
            .collect(Collectors.joining("", "t=" + unixSeconds, "")));
    return headers;
  }

  /// Lower-case hexadecimal.
  private static String hmac(String secret, byte[] first, byte[] second) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
      mac.update(first);
      return HexFormat.of().formatHex(mac.doFinal(second));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HMAC-SHA256", e);
    }
  }

  /// Without the secrets.
  @Override
  public String toString() {
    return "Signatures[" + secrets.size() + " secrets, onlyV2=" + onlyV2 + "]";
  }
}
