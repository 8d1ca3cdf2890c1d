package dev.onceonly.core.account;

import java.util.List;
import java.util.Map;

/// Reads all accounts; small, so whole. Thread-safe.
public interface AccountQueries {
  List<Namespace> namespaces();

  /// API keys by the SHA-256 (64 lower-case hex digits) of the key's text.
  Map<String, ApiKey> apiKeys();
}
