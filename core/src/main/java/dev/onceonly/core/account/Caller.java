package dev.onceonly.core.account;

import dev.onceonly.core.Claimant;
import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import java.util.List;
import java.util.Map;

/// Who is calling: an API key that was found, enabled, and what it may do. Holds no secret.
public record Caller(Namespace namespace, Plan plan, ApiKey key) {

  public long namespaceId() {
    return namespace.id();
  }

  public String keyId() {
    return key.keyId();
  }

  public String keyPreview() {
    return key.preview();
  }

  public Role role() {
    return key.role();
  }

  /// Agent ids that an `agent` key may speak for; `*` matches any text.
  public List<String> agentPatterns() {
    return key.agentPatterns();
  }

  /// The key as its claims know it.
  public Claimant claimant() {
    return new Claimant(key.number(), key.powers().ownClaimsOnly());
  }

  /// Whether the key may act in this agent's name and read what concerns it: one of role `agent`
  /// may for the ids that its patterns match, any other for all. What a key may do at all is its
  /// route's to say.
  public boolean speaksFor(String agentId) {
    return key.powers().speaksFor(agentId);
  }

  /// Refuses an agent's key that would speak for another.
  ///
  /// @throws Failure `FORBIDDEN` unless [#speaksFor(String)]
  public void requireSpeaksFor(String agentId) {
    if (!speaksFor(agentId)) {
      throw forbidden("this key does not speak for that agent");
    }
  }

  /// Whether the key may act in any agent's name.
  public boolean speaksForAll() {
    return key.powers().speaksForAll();
  }

  /// Refuses an agent's key that is bound to other keys of locks and leases.
  ///
  /// @param lock the key of a lock, a lease or a keyed run
  /// @throws Failure `FORBIDDEN`
  public void requireMayName(String lock) {
    if (!key.powers().mayName(lock)) {
      throw forbidden("this key is bound to other locks");
    }
  }

  /// The refusal of what the key's role or its patterns do not allow.
  ///
  /// @param why for the log
  public Failure forbidden(String why) {
    return new Failure(ErrorCode.FORBIDDEN, why, Map.of("role", role().wireName()), 0);
  }
}
