package dev.onceonly.core.account;

import java.util.Locale;
import java.util.Optional;

/// What an API key may do. Each route names the roles that it admits.
public enum Role {
  /// Everything; the published kind of key.
  ADMIN,
  /// An agent's own key: locks, leases, and what concerns the agents that it is bound to.
  AGENT,
  /// Reads everything, throws the kill switch, resolves calls.
  OPERATOR,
  /// Reads everything.
  READER;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Role> fromWireName(String name) {
    for (Role role : values()) {
      if (role.wireName().equals(name)) {
        return Optional.of(role);
      }
    }
    return Optional.empty();
  }
}
