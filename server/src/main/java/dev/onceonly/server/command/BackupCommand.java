package dev.onceonly.server.command;

import dev.onceonly.server.admin.Admin;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `onceonly backup`.
@Command(
    name = "backup",
    mixinStandardHelpOptions = true,
    description =
        "Writes a consistent copy of the store to a new file; a running server goes on meanwhile.")
final class BackupCommand extends OperatorCommand {
  @Parameters(paramLabel = "FILE", description = "The file to make; it must not exist.")
  @SuppressWarnings("NullAway.Init") // Set by picocli before call().
  private Path file;

  @Override
  int run(Admin admin, PrintWriter out) {
    admin.store().backup(file);
    out.println("wrote " + file);
    return 0;
  }

  @Override
  List<String> wordsForServer(List<String> words) {
    String given = file.toString();
    return words.stream()
        .map(word -> word.equals(given) ? file.toAbsolutePath().toString() : word)
        .toList();
  }
}
