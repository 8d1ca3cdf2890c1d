package dev.onceonly.server;

import dev.onceonly.core.account.Namespace;
import dev.onceonly.core.service.Accounts;
import dev.onceonly.server.config.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The namespaces that settings name as exceptions of the default policy, held against those that
/// there are: one letter too many, and what was to be denied is allowed.
final class DefaultPolicyNames {
  private DefaultPolicyNames() {}

  /// A line for each setting that names a namespace that there is not. It is no error: whoever
  /// makes the namespace later finds it as the setting says.
  static List<String> missing(Settings settings, Accounts accounts) {
    Set<String> there =
        accounts.namespaces().stream().map(Namespace::name).collect(Collectors.toSet());
    List<String> lines = new ArrayList<>();
    var byDefault = settings.governance().policyDefault();
    check("policy_default_deny_namespaces", byDefault.denying(), there, settings, lines);
    check("policy_default_allow_namespaces", byDefault.allowing(), there, settings, lines);
    return lines;
  }

  private static void check(
      String setting, Set<String> named, Set<String> there, Settings settings, List<String> lines) {
    Set<String> missing = new TreeSet<>(named);
    missing.removeAll(there);
    if (!missing.isEmpty()) {
      String why =
          "names "
              + String.join(" and ", missing)
              + ", and there is no such namespace; it holds for one that is made later";
      lines.add(settings.wrong(setting, why).getMessage());
    }
  }
}
