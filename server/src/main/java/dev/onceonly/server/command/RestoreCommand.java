package dev.onceonly.server.command;

import dev.onceonly.server.config.Settings;
import dev.onceonly.store.sqlite.Backup;
import dev.onceonly.store.sqlite.DataFolder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `onceonly restore`.
@Command(
    name = "restore",
    mixinStandardHelpOptions = true,
    description = {
      "Puts a backup into the data folder. No server may run on it.",
      "Fences then start above the clock, and nothing moves by itself until 'onceonly resume'."
    })
final class RestoreCommand implements Callable<Integer> {
  @Mixin private final SettingsOptions options = new SettingsOptions();

  @Parameters(paramLabel = "FILE", description = "A file that 'onceonly backup' wrote.")
  @SuppressWarnings("NullAway.Init") // Set by picocli before call().
  private Path file;

  @Option(names = "--replace", description = "Replace the store that the folder has already.")
  private boolean replace;

  @Spec
  @SuppressWarnings("NullAway.Init") // Set by picocli before call().
  private CommandSpec spec;

  @Override
  public Integer call() {
    Settings settings = options.settings(Map.of());
    try (DataFolder folder = DataFolder.hold(settings.data())) {
      Backup.restore(file, folder, replace, Instant.now());
      spec.commandLine()
          .getOut()
          .println(
              "restored " + file + " into " + folder.path() + "; 'onceonly resume' ends the pause");
    }
    return 0;
  }
}
