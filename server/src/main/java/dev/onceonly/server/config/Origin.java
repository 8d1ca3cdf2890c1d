package dev.onceonly.server.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Where a setting was given.
///
/// @param text as an operator is told, such as `environment variable ONCEONLY_PORT`
/// @param file null unless it stands in a file
public record Origin(Kind kind, String text, @Nullable Path file) {

  /// The kinds, each of which wins over those before it.
  public enum Kind {
    FILE,
    ENVIRONMENT,
    COMMAND_LINE,
    /// By the program that embeds the server; nothing an operator could look up.
    PROGRAM
  }

  static final Origin COMMAND_LINE = new Origin(Kind.COMMAND_LINE, "command line", null);
  static final Origin PROGRAM = new Origin(Kind.PROGRAM, "program", null);

  static Origin line(Path file, int number) {
    return new Origin(Kind.FILE, "file " + file + ":" + number, file);
  }

  static Origin variable(String name) {
    return new Origin(Kind.ENVIRONMENT, "environment variable " + name, null);
  }

  /// What a message about the setting ends with; nothing for the program's own.
  String ending() {
    return kind == Kind.PROGRAM ? "" : " (" + text + ")";
  }
}
