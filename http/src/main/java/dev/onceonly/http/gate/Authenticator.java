package dev.onceonly.http.gate;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.core.Sha256;
import dev.onceonly.core.account.Caller;
import dev.onceonly.core.account.KeyLookup;
import org.jspecify.annotations.Nullable;

/// Turns an `Authorization` header into a caller. Keys are compared by hash, so the time that a
/// comparison takes tells nothing, and no secret stays in memory. Thread-safe.
public final class Authenticator {
  private static final String SCHEME = "Bearer ";
  private static final int SHOWN_DIGITS = 8;

  private final KeyLookup keys;

  public Authenticator(KeyLookup keys) {
    this.keys = keys;
  }

  /// Finds the caller of an `Authorization` header's value.
  ///
  /// @throws Failure `MISSING_TOKEN`, `INVALID_API_KEY` or `API_KEY_DISABLED`
  public Caller authenticate(@Nullable String authorization) {
    String token = bearerToken(authorization);
    if (token.isEmpty()) {
      throw new Failure(ErrorCode.MISSING_TOKEN, "no bearer token");
    }
    String hash = Sha256.hex(token);
    KeyLookup.KeyEntry entry = keys.find(hash);
    if (entry == null) {
      // Enough to tell whether it is the same one again, and too little to search for it.
      String begins = hash.substring(0, SHOWN_DIGITS);
      throw new Failure(
          ErrorCode.INVALID_API_KEY, "unknown API key, whose SHA-256 begins with " + begins);
    }
    if (!entry.enabled()) {
      throw new Failure(ErrorCode.API_KEY_DISABLED, "API key " + entry.caller().keyId());
    }
    return entry.caller();
  }

  private static String bearerToken(@Nullable String authorization) {
    if (authorization == null
        || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return "";
    }
    return authorization.substring(SCHEME.length()).strip();
  }
}
