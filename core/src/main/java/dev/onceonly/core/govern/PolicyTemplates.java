package dev.onceonly.core.govern;

import dev.onceonly.core.govern.Policy.Caps;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Policies to begin with, by name. Immutable.
public record PolicyTemplates(Map<String, Policy> byName) {
  public static final PolicyTemplates NONE = new PolicyTemplates(Map.of());

  public PolicyTemplates {
    byName = Map.copyOf(byName);
  }

  /// The template of that name with these fields in the place of its own. The overrides replace
  /// whole top-level fields: a list is not added to.
  ///
  /// @return empty where there is no such template
  public Optional<Policy> find(String name, Policy overrides) {
    return Optional.ofNullable(byName.get(name)).map(template -> merged(template, overrides));
  }

  private static Policy merged(Policy template, Policy over) {
    Caps caps = template.caps();
    Caps overCaps = over.caps();
    return new Policy(
        first(over.allowedTools(), template.allowedTools()),
        first(over.blockedTools(), template.blockedTools()),
        new Caps(
            first(overCaps.maxActionsPerHour(), caps.maxActionsPerHour()),
            first(overCaps.maxSpendNanoUsdPerDay(), caps.maxSpendNanoUsdPerDay()),
            first(overCaps.maxCallsPerTool(), caps.maxCallsPerTool())),
        first(over.pricingRules(), template.pricingRules()));
  }

  private static <T> @Nullable T first(@Nullable T given, @Nullable T otherwise) {
    return given == null ? otherwise : given;
  }
}
