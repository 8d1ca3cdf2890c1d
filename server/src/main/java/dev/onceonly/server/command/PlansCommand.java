package dev.onceonly.server.command;

import dev.onceonly.core.account.Plan;
import dev.onceonly.server.config.Settings;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `onceonly plans`.
@Command(
    name = "plans",
    mixinStandardHelpOptions = true,
    description = "Plans: the bundles of limits.",
    subcommands = PlansCommand.Show.class)
final class PlansCommand implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init") // Set by picocli before run().
  private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /// `onceonly plans show`.
  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "Shows every plan's limits, with what the settings override.")
  static final class Show implements Callable<Integer> {
    @Mixin private final SettingsOptions options = new SettingsOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli before call().
    private CommandSpec spec;

    @Override
    public Integer call() {
      Settings settings = options.settings(Map.of());
      PrintWriter out = spec.commandLine().getOut();
      out.printf(
          "%-10s %12s %12s %-10s %12s %12s %6s  %s%n",
          "PLAN", "MAKE/MONTH", "AI/MONTH", "OVER", "DEFAULT TTL", "MAX TTL", "TOOLS", "HAS");
      List<Plan> plans =
          settings.behaviour().plans().byName().values().stream()
              .sorted(
                  Comparator.comparingLong(
                      plan -> plan.make() == null ? Long.MAX_VALUE : plan.make()))
              .toList();
      for (Plan plan : plans) {
        out.printf(
            "%-10s %12s %12s %-10s %10d s %10d s %6s  %s%s%n",
            plan.name(),
            limit(plan.make()),
            limit(plan.ai()),
            plan.hardStop() ? "refused" : "continues",
            plan.ttl().defaultSeconds(),
            plan.ttl().maxSeconds(),
            limit(plan.governance().toolsMax()),
            has(plan.governance()),
            plan.name().equals(settings.behaviour().defaultPlan()) ? "  (default)" : "");
      }
      out.flush();
      return 0;
    }

    private static String has(Plan.Governance governance) {
      List<String> has = new ArrayList<>(List.of("lists"));
      if (governance.caps()) {
        has.add("caps");
      }
      if (governance.pricing()) {
        has.add("pricing");
      }
      if (governance.insight()) {
        has.add("insight");
      }
      return String.join(",", has);
    }

    private static String limit(@Nullable Long limit) {
      return limit == null ? "none" : limit.toString();
    }
  }
}
