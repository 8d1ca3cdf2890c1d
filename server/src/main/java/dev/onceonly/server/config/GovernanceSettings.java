package dev.onceonly.server.config;

import dev.onceonly.core.account.Namespace;
import dev.onceonly.core.govern.PolicyDefault;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// How agents are governed.
///
/// @param policyTemplatesFile JSON of policy documents by template name, added to the built-in ones
///   or in their place; null is none
/// @param requireRegisteredTools whether policies may name registered tools only
/// @param sealingKeyFile holds the key of the tools' secrets; null is `secrets.key` in the data
///   folder
public record GovernanceSettings(
    PolicyDefault policyDefault,
    @Nullable Path policyTemplatesFile,
    boolean requireRegisteredTools,
    ToolHosts tools,
    @Nullable Path sealingKeyFile,
    Calls calls) {

  private static final String ALLOW_LIST = "policy_default_allow_namespaces";
  private static final String DENY_LIST = "policy_default_deny_namespaces";
  private static final String HOST_FORM =
      "(\\*\\.)?[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*";

  /// How governed calls are made.
  ///
  /// @param waitMs how long an identical call waits for the one in flight
  /// @param settleWaitMs how long a caller waits for the outcome of its call to be stored
  /// @param dispatchesMax in flight at a time
  /// @param agentsMax agents of one namespace, beyond which calls in further names are refused
  public record Calls(
      int waitMs,
      int settleWaitMs,
      int dispatchesMax,
      int dispatchesNamespaceMax,
      Line line,
      int agentsMax) {}

  /// Calls that wait in line for a dispatch of theirs to begin.
  ///
  /// @param waitMs how long one waits at most
  public record Line(int max, int namespaceMax, int waitMs) {}

  /// Where tools may be.
  ///
  /// @param http plain http is allowed, too
  /// @param privateNetworks loopback and private addresses are allowed, too
  /// @param only the hosts that are allowed, if any are named: names, addresses, or `*.` and what
  ///   they end with
  public record ToolHosts(boolean http, boolean privateNetworks, List<String> only) {
    public ToolHosts {
      only = List.copyOf(only);
    }
  }

  static GovernanceSettings read(SettingSource source, boolean dev) {
    return new GovernanceSettings(
        policyDefault(source),
        source.path("policy_templates_file"),
        source.flag("policy_require_registered_tools", false),
        new ToolHosts(
            source.flag("tools_allow_http", dev),
            source.flag("tools_allow_private_networks", dev),
            hosts(source)),
        source.path("secrets_key_file", "secrets.key in the data folder"),
        calls(source));
  }

  private static PolicyDefault policyDefault(SettingSource source) {
    boolean deny = source.word("policy_default", Set.of("allow", "deny"), "allow").equals("deny");
    Set<String> allowing = namespaces(source, ALLOW_LIST);
    Set<String> denying = namespaces(source, DENY_LIST);
    Set<String> both = new TreeSet<>(allowing);
    both.retainAll(denying);
    if (!both.isEmpty()) {
      source.problem(
          "settings " + ALLOW_LIST + " and " + DENY_LIST + " both name " + String.join(", ", both),
          ALLOW_LIST,
          DENY_LIST);
      return PolicyDefault.ALLOW;
    }
    if (!deny && !allowing.isEmpty()) {
      source.warn(
          "setting "
              + ALLOW_LIST
              + " changes nothing while policy_default is allow: agents without a policy are allowed"
              + " in every namespace that "
              + DENY_LIST
              + " does not name");
    }
    return new PolicyDefault(deny, allowing, denying);
  }

  private static Set<String> namespaces(SettingSource source, String name) {
    List<String> names = source.list(name);
    for (String namespace : names) {
      if (!Namespace.isName(namespace)) {
        source.wrong(
            name,
            namespace,
            "names of namespaces with commas between them, " + Namespace.NAME_WORDS);
      }
    }
    return Set.copyOf(names);
  }

  /// Of an entry that looks like a URL, has a port or an asterisk elsewhere, nobody would ever
  /// learn why it matches nothing.
  private static List<String> hosts(SettingSource source) {
    List<String> hosts = source.list("tools_allowed_hosts");
    for (String host : hosts) {
      if (!host.matches(HOST_FORM)) {
        source.wrong(
            "tools_allowed_hosts",
            host,
            "names, addresses (IPv6 without brackets) or *.NAME, with commas between them");
      }
    }
    return hosts;
  }

  private static Calls calls(SettingSource source) {
    int max = source.integer("dispatches_max", 1, 1_000_000, 256);
    int lineMax = source.integer("dispatch_line_max", 0, 1_000_000, 1_024);
    return new Calls(
        source.integer("call_wait_ms", 0, 60_000, 10_000),
        source.integer("settle_wait_ms", 0, 600_000, 10_000),
        max,
        source.integer("dispatches_max_per_namespace", 1, max, Math.min(max, 64)),
        new Line(
            lineMax,
            source.integer("dispatch_line_max_per_namespace", 0, lineMax, Math.min(lineMax, 64)),
            source.integer("dispatch_line_wait_ms", 0, 60_000, 2_000)),
        source.integer("agents_max", 1, 10_000_000, 100_000));
  }
}
