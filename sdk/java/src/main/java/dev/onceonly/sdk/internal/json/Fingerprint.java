package dev.onceonly.sdk.internal.json;

import org.jspecify.annotations.Nullable;

/// What stands for the input of some work.
public final class Fingerprint {
  private Fingerprint() {}

  /// The SHA-256, in hexadecimal, of the value's canonical JSON.
  ///
  /// @throws IllegalArgumentException if it has no JSON form
  public static String of(@Nullable Object value) {
    return Hashes.sha256(CanonicalJson.of(value));
  }
}
