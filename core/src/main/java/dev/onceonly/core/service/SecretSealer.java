package dev.onceonly.core.service;

import dev.onceonly.core.govern.ToolKey;
import dev.onceonly.core.govern.ToolRow;

/// Encrypts tools' secrets at rest, bound to namespace, scope and tool. Thread-safe.
public interface SecretSealer {

  /// Seals a secret of at least 8 characters; its id is derived from the secret, so that the same
  /// one has the same id and another one another.
  ///
  /// @throws dev.onceonly.core.Failure `SECRETS_KEY_MISSING` where the key of those that are kept
  ///   is not there
  ToolRow.Secret seal(ToolKey tool, String secret);

  /// The secret's text.
  ///
  /// @throws IllegalStateException where it was sealed for another tool or with another key
  String open(ToolKey tool, ToolRow.Secret secret);
}
