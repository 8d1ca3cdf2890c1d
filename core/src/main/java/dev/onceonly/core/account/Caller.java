package dev.onceonly.core.account;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.core.Glob;
import java.util.List;
import java.util.Map;

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

  /// Whether the key may act in this agent's name and read what concerns it: one of role `agent`
  /// may for the ids that its patterns match, any other for all. What a key may do at all is its
  /// route's to say.
  public boolean speaksFor(String agentId) {
    return role != Role.AGENT || Glob.anyMatches(agentPatterns, agentId);
  }

  /// Refuses an agent's key that would speak for another.
  ///
  /// @throws Failure `FORBIDDEN` unless [#speaksFor(String)]
  public void requireSpeaksFor(String agentId) {
    if (!speaksFor(agentId)) {
      throw new Failure(
          ErrorCode.FORBIDDEN,
          "this key does not speak for that agent",
          Map.of("role", role.wireName()),
          0);
    }
  }
}
