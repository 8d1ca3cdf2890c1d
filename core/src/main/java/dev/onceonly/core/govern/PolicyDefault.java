package dev.onceonly.core.govern;

import java.util.Set;

/// What happens to a call of an agent without a policy (contract 17, `policy.default`).
///
/// @param deny whether it is blocked, with the reason `no_policy`
/// @param exceptions names of the namespaces where it is the other way round
public record PolicyDefault(boolean deny, Set<String> exceptions) {
  public static final PolicyDefault ALLOW = new PolicyDefault(false, Set.of());

  public PolicyDefault {
    exceptions = Set.copyOf(exceptions);
  }

  public boolean deniesIn(String namespace) {
    return deny != exceptions.contains(namespace);
  }
}
