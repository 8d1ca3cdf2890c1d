package dev.onceonly.core.account;

import java.util.List;

/// Who is calling: an API key that was found, enabled, and what it may do. Holds no secret.
///
/// @param agentPatterns agent ids that an `agent` key may speak for; `*` matches any text
public record Caller(
    Namespace namespace,
    Plan plan,
    String keyId,
    String keyPreview,
    Role role,
    List<String> agentPatterns) {

  public long namespaceId() {
    return namespace.id();
  }
}
