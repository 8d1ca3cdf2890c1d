package dev.onceonly.server.command;

import dev.onceonly.http.json.Json;
import dev.onceonly.server.Preflight;
import dev.onceonly.server.config.Setting;
import dev.onceonly.server.config.Settings;
import dev.onceonly.server.config.SettingsException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `onceonly config`.
@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    description = "Settings: check, show. Opens no store and asks no server.",
    subcommands = {ConfigCommand.Check.class, ConfigCommand.Show.class})
final class ConfigCommand implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init") // Set by picocli before run().
  private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /// `onceonly config check`.
  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      description = {
        "Says what is wrong with the settings, without starting: values and names, and where those",
        "are right, files, folders and addresses. Exit code 1 if anything is wrong."
      })
  static final class Check implements Callable<Integer> {
    @Mixin private final SettingsOptions options = new SettingsOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli before call().
    private CommandSpec spec;

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      List<String> problems;
      try {
        Settings settings = options.settings(Map.of());
        List<String> warnings = new ArrayList<>(settings.readings().warnings());
        warnings.addAll(Preflight.warnings(settings));
        warnings.forEach(line -> out.println("WARNING: " + oneLine(line)));
        problems = Preflight.problems(settings);
      } catch (SettingsException e) {
        problems = e.problems();
      }
      problems.forEach(line -> out.println("PROBLEM: " + oneLine(line)));
      out.println(problems.isEmpty() ? "the settings can be used" : "the settings can NOT be used");
      out.flush();
      return problems.isEmpty() ? 0 : 1;
    }
  }

  /// `onceonly config show`.
  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description =
          "Shows every setting: the value that holds, the default, and where it was given.")
  static final class Show implements Callable<Integer> {
    @Mixin private final SettingsOptions options = new SettingsOptions();

    @Option(names = "--changed", description = "Only those that are others than by default.")
    private boolean changed;

    @Option(names = "--json", description = "As a JSON list.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli before call().
    private CommandSpec spec;

    @Override
    public Integer call() {
      Settings settings = options.settings(Map.of());
      List<Setting> shown = changed ? settings.changed() : settings.readings().all();
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.println(Json.text(list(shown)));
      } else {
        out.printf("%-38s %-24s %-24s %s%n", "NAME", "VALUE", "DEFAULT", "SOURCE");
        for (Setting one : shown) {
          String source = one.source() == null ? "-" : one.source();
          out.printf(
              "%-38s %-24s %-24s %s%n",
              one.name(), word(one.value()), word(one.byDefault()), oneLine(source));
        }
      }
      out.flush();
      return 0;
    }

    private static String word(@Nullable String value) {
      return value == null ? "none" : oneLine(value);
    }

    private static ArrayNode list(List<Setting> shown) {
      ArrayNode list = Json.object().putArray("settings");
      for (Setting one : shown) {
        ObjectNode item = list.addObject();
        item.put("name", one.name());
        item.put("value", one.value());
        item.put("default", one.byDefault());
        item.put("source", one.source());
        item.put("changed", one.isChanged());
      }
      return list;
    }
  }

  /// A value may hold what would move the terminal's cursor or look like a line of ours.
  private static String oneLine(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}
