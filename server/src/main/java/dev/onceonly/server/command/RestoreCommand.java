package dev.onceonly.server.command;

import dev.onceonly.http.json.Json;
import dev.onceonly.server.admin.FolderTurn;
import dev.onceonly.server.config.Settings;
import dev.onceonly.store.sqlite.Backup;
import dev.onceonly.store.sqlite.DataFolder;
import dev.onceonly.store.sqlite.RestoreReport;
import dev.onceonly.store.sqlite.RestoreReport.Difference;
import dev.onceonly.store.sqlite.RestoreReport.Kind;
import java.io.PrintWriter;
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

  @Option(
      names = "--enable-as-in-backup",
      description = {
        "Enable what was disabled since the backup: agents, switches, API keys and tools that are"
            + " disabled in the store that is replaced.",
        "Without it they stay disabled."
      })
  private boolean enableAsInBackup;

  @Spec
  @SuppressWarnings("NullAway.Init") // Set by picocli before call().
  private CommandSpec spec;

  @Override
  public Integer call() {
    Settings settings = options.settings(Map.of());
    // Before the folder is made, or made private.
    Backup.requireBackup(file);
    try (DataFolder folder = FolderTurn.hold(settings.data())) {
      RestoreReport report = Backup.restore(file, folder, replacing(), Instant.now());
      PrintWriter out = spec.commandLine().getOut();
      out.println(
          "restored " + file + " into " + folder.path() + "; 'onceonly resume' ends the pause");
      tell(report, out);
    }
    return 0;
  }

  private Backup.Replacing replacing() {
    if (!replace) {
      return Backup.Replacing.NOTHING;
    }
    return enableAsInBackup
        ? Backup.Replacing.ENABLING_AS_IN_BACKUP
        : Backup.Replacing.KEEPING_DISABLED;
  }

  private static void tell(RestoreReport report, PrintWriter out) {
    if (!report.replaced()) {
      out.println(
          "there was no store to compare with: what has been disabled, revoked or tightened since"
              + " the backup is not known, and is as in the backup");
      return;
    }
    report
        .unread()
        .forEach(part ->
            out.println("NOT READ in the store that was replaced, so not compared: " + part));
    Kind told = null;
    for (Difference difference : report.differences()) {
      if (difference.kind() != told) {
        told = difference.kind();
        out.println(told.words() + ":");
      }
      out.println("  " + words(difference));
    }
    if (report.differences().isEmpty()) {
      out.println(
          "who may act is as in the store that was replaced"
              + (report.unread().isEmpty() ? "" : ", as far as it could be read"));
    }
  }

  private static String words(Difference difference) {
    String subject = difference.subject().words();
    return switch (difference.subject()) {
      case NAMESPACE -> subject + " " + shown(difference.namespace()) + " with all that is in it";
      case SWITCH -> subject + " of namespace " + shown(difference.namespace());
      case AGENT, API_KEY, TOOL, POLICY ->
          subject
              + " "
              + shown(difference.name())
              + " of namespace "
              + shown(difference.namespace());
    };
  }

  /// What users named may not steer an operator's terminal.
  private static String shown(String name) {
    return AuditCommand.printable(name.matches("[!-~]+") ? name : Json.text(name));
  }
}
