package dev.onceonly.server;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// Points the SQLite driver at the native library that the build has unpacked beside the program.
/// Without that the driver starts a process to learn the system's name and writes the library into
/// the temporary folder, at every start.
final class NativeSqlite {
  private static final String PROPERTY = "org.sqlite.lib.path";

  private NativeSqlite() {}

  /// Does nothing where there is no such library: the driver then helps itself.
  static void usePrepared() {
    if (System.getProperty(PROPERTY) != null) {
      return;
    }
    // `java -jar` makes the jar the whole class path.
    String program = System.getProperty("java.class.path").split(File.pathSeparator, 2)[0];
    Path folder =
        Path.of(program)
            .toAbsolutePath()
            .resolveSibling("native")
            .resolve("org/sqlite/native")
            .resolve(system())
            .resolve(processor());
    if (Files.isDirectory(folder)) {
      System.setProperty(PROPERTY, folder.toString());
    }
  }

  private static String system() {
    return System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac")
        ? "Mac"
        : "Linux";
  }

  private static String processor() {
    String name = System.getProperty("os.arch");
    return name.equals("amd64") ? "x86_64" : name;
  }
}
