package dev.onceonly.http.api;

import dev.onceonly.core.account.Role;
import java.util.EnumSet;
import java.util.Set;

/// Which roles a route admits.
final class Admitted {
  /// What an agent does with its own key: locks, leases.
  static final Set<Role> ACTING = EnumSet.of(Role.ADMIN, Role.AGENT);

  /// What an agent may read, too.
  static final Set<Role> ALL = EnumSet.allOf(Role.class);

  /// Reads of the whole namespace.
  static final Set<Role> READING = EnumSet.of(Role.ADMIN, Role.OPERATOR, Role.READER);

  /// The kill switch.
  static final Set<Role> SWITCHING = EnumSet.of(Role.ADMIN, Role.OPERATOR);

  static final Set<Role> ADMIN = EnumSet.of(Role.ADMIN);

  private Admitted() {}
}
