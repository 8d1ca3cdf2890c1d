package dev.onceonly.core;

/// The same key was used with another payload: what the winner's fingerprint was and what came now.
public record KeyReused(String key, String storedFingerprint, String givenFingerprint) {

  /// Only after [Grant#contradicts(Claim)] was true.
  public static KeyReused of(String key, Grant stored, Claim given) {
    return new KeyReused(
        key, String.valueOf(stored.fingerprint()), String.valueOf(given.fingerprint()));
  }
}
