package dev.onceonly.core.account;

import dev.onceonly.core.Glob;
import java.util.List;

/// What an API key may do: its role, and what a key of role `agent` is bound to. `*` in a pattern
/// stands for any text. Fixed when the key is made.
///
/// @param agentPatterns agent ids that an `agent` key may speak for
/// @param lockPatterns keys of locks and leases that an `agent` key may name; without any it may
///   name all, and touch only what it has claimed itself
public record Powers(Role role, List<String> agentPatterns, List<String> lockPatterns) {
  public Powers {
    agentPatterns = List.copyOf(agentPatterns);
    lockPatterns = List.copyOf(lockPatterns);
  }

  /// Whether the key may act in this agent's name and read what concerns it.
  public boolean speaksFor(String agentId) {
    return role != Role.AGENT || Glob.anyMatches(agentPatterns, agentId);
  }

  /// Whether the key may act in any agent's name.
  public boolean speaksForAll() {
    return role != Role.AGENT || agentPatterns.contains("*");
  }

  /// Whether the key may name this key of a lock or lease at all.
  public boolean mayName(String key) {
    return lockPatterns.isEmpty() || role != Role.AGENT || Glob.anyMatches(lockPatterns, key);
  }

  /// Whether the key may touch only what it has claimed itself.
  public boolean ownClaimsOnly() {
    return role == Role.AGENT && lockPatterns.isEmpty();
  }

  /// The role and the patterns in words, such as `role agent, agents bot-*, locks order-*`.
  public String described() {
    return "role " + role.wireName() + boundTo();
  }

  /// The patterns in words, each list behind a comma; empty where there are none.
  public String boundTo() {
    return list(", agents ", agentPatterns) + list(", locks ", lockPatterns);
  }

  private static String list(String title, List<String> patterns) {
    return patterns.isEmpty() ? "" : title + String.join(" ", patterns);
  }
}
