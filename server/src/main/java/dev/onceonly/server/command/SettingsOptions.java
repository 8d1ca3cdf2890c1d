package dev.onceonly.server.command;

import dev.onceonly.server.config.Given;
import dev.onceonly.server.config.Settings;
import dev.onceonly.server.config.SettingsFiles;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that name settings. Every setting can be given by `--set name=value`, as
/// `ONCEONLY_NAME` in the environment, or as `name = value` in a file; the command line wins, then
/// the environment.
final class SettingsOptions {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder of the embedded database (default: .onceonly).")
  private @Nullable Path data;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "File with lines 'name = value' (default: ONCEONLY_CONFIG, or none).")
  private @Nullable Path config;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description =
          "Any other setting, such as --set duplicate_status_code=409. See docs/operations.md.")
  private Map<String, String> others = new LinkedHashMap<>();

  Settings settings(Map<String, String> options) {
    return Settings.of(given(options));
  }

  /// All that is set, read anew each time.
  Given given(Map<String, String> options) {
    Map<String, String> given = new LinkedHashMap<>(others);
    given.putAll(options);
    if (data != null) {
      given.put("data", data.toString());
    }
    return SettingsFiles.collect(given, System.getenv(), config);
  }
}
