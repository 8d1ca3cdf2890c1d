package dev.onceonly.core.account;

import org.jspecify.annotations.Nullable;

/// Finds who an API key belongs to. Thread-safe, in memory, no waiting.
@FunctionalInterface
public interface KeyLookup {

  /// The key's entry, or null if there is no such key.
  ///
  /// @param sha256Hex of the key's text, 64 lower-case hexadecimal digits
  @Nullable KeyEntry find(String sha256Hex);

  /// A key that exists, enabled or not.
  record KeyEntry(Caller caller, boolean enabled) {}
}
