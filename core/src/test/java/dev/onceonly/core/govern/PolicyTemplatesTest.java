package dev.onceonly.core.govern;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.govern.Policy.Caps;
import dev.onceonly.core.govern.Policy.PricingRule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// A template, and what overrides make of it.
final class PolicyTemplatesTest {
  private static final Policy FULL =
      new Policy(
          List.of("a", "b"),
          List.of("c"),
          new Caps(10L, 20L, Map.of("a", 1L, "b", 2L)),
          List.of(new PricingRule("a", 3)));

  private static final PolicyTemplates TEMPLATES =
      new PolicyTemplates(Map.of("full", FULL, "empty", Policy.EMPTY));

  @Test
  void withoutOverridesItIsTheTemplate() {
    assertThat(TEMPLATES.find("full", Policy.EMPTY)).contains(FULL);
  }

  @Test
  void anOverrideReplacesAWholeField() {
    Policy overrides = new Policy(List.of(), null, new Caps(null, 0L, Map.of("z", 9L)), List.of());

    assertThat(TEMPLATES.find("full", overrides))
        .contains(
            new Policy(List.of(), List.of("c"), new Caps(10L, 0L, Map.of("z", 9L)), List.of()));
    assertThat(TEMPLATES.find("empty", FULL)).contains(FULL);
    assertThat(TEMPLATES.find("full", FULL)).contains(FULL);
  }

  @Test
  void anUnknownNameIsNoTemplate() {
    assertThat(TEMPLATES.find("Full", Policy.EMPTY)).isEmpty();
    assertThat(PolicyTemplates.NONE.find("full", Policy.EMPTY)).isEmpty();
  }

  @Test
  void theDefaultOfCallsWithoutAPolicyHasExceptions() {
    assertThat(PolicyDefault.ALLOW.deniesIn("any")).isFalse();
    PolicyDefault allow = new PolicyDefault(false, Set.of("lax"), Set.of("strict"));
    assertThat(allow.deniesIn("strict")).isTrue();
    assertThat(allow.deniesIn("other")).isFalse();
    PolicyDefault deny = new PolicyDefault(true, Set.of("lax"), Set.of("strict"));
    assertThat(deny.deniesIn("lax")).isFalse();
    assertThat(deny.deniesIn("other")).isTrue();
  }
}
