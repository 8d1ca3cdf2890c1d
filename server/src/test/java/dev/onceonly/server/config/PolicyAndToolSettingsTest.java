package dev.onceonly.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.core.govern.PolicyDefault;
import dev.onceonly.server.config.GovernanceSettings.ToolHosts;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What settings say of policies and of where tools may be.
class PolicyAndToolSettingsTest {
  @Test
  void callsWithoutAPolicyAreAllowedOrDeniedByNamespace() {
    Map<String, String> lists =
        Map.of(
            "policy_default_allow_namespaces", "lax , dev",
            "policy_default_deny_namespaces", "strict,");
    Map<String, String> denying = new HashMap<>(lists);
    denying.put("policy_default", "deny");

    PolicyDefault allow = Settings.of(lists).governance().policyDefault();
    PolicyDefault deny = Settings.of(denying).governance().policyDefault();

    assertThat(allow).isEqualTo(new PolicyDefault(false, Set.of("lax", "dev"), Set.of("strict")));
    assertThat(deny).isEqualTo(new PolicyDefault(true, Set.of("lax", "dev"), Set.of("strict")));
    assertThatThrownBy(() -> Settings.of(Map.of("policy_default", "DENY")))
        .hasMessage("setting policy_default takes one of [allow, deny], was 'DENY'");
  }

  @Test
  void anAllowListThatChangesNothingIsWarnedOf() {
    assertThat(Settings.of(Map.of("policy_default_allow_namespaces", "lax")).readings().warnings())
        .singleElement()
        .asString()
        .startsWith(
            "setting policy_default_allow_namespaces changes nothing while policy_default is allow");
    assertThat(
            Settings.of(Map.of("policy_default", "deny", "policy_default_allow_namespaces", "lax"))
                .readings()
                .warnings())
        .isEmpty();
  }

  @Test
  void developmentAllowsToolsOnPlainHttpAndLoopbackUnlessToldOtherwise() {
    assertThat(Settings.of(Map.of("dev", "true")).governance().tools())
        .isEqualTo(new ToolHosts(true, true, List.of()));
    assertThat(
            Settings.of(
                    Map.of(
                        "dev", "true",
                        "tools_allow_http", "false",
                        "tools_allowed_hosts", "tools.example.org, *.internal"))
                .governance()
                .tools())
        .isEqualTo(new ToolHosts(false, true, List.of("tools.example.org", "*.internal")));
  }

  @Test
  void templatesAreReadFromAFile() {
    assertThat(
            Settings.of(Map.of("policy_templates_file", "/etc/templates.json"))
                .governance()
                .policyTemplatesFile())
        .isEqualTo(Path.of("/etc/templates.json"));
  }
}
