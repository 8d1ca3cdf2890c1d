package dev.onceonly.core.govern;

import java.util.Set;

/// What happens to a call of an agent without a policy (contract 17, `policy.default`).
///
/// @param deny whether it is blocked, with the reason `no_policy`, in namespaces that neither list
///   names
/// @param allowing names of the namespaces where it is not, whatever `deny` says
/// @param denying names of the namespaces where it is, whatever `deny` says; none of `allowing`
public record PolicyDefault(boolean deny, Set<String> allowing, Set<String> denying) {
  public static final PolicyDefault ALLOW = new PolicyDefault(false, Set.of(), Set.of());

  public PolicyDefault {
    allowing = Set.copyOf(allowing);
    denying = Set.copyOf(denying);
    if (allowing.stream().anyMatch(denying::contains)) {
      throw new IllegalArgumentException("a namespace is in both lists");
    }
  }

  public boolean deniesIn(String namespace) {
    return denying.contains(namespace) || (deny && !allowing.contains(namespace));
  }
}
