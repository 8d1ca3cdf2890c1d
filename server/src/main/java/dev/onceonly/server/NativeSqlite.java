package dev.onceonly.server;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Locale;

/// Points the SQLite driver at the native library that the build has unpacked beside the program.
/// Without that the driver starts a process to learn the system's name and writes the library into
/// the temporary folder, at every start.
final class NativeSqlite {
  private static final String PROPERTY = "org.sqlite.lib.path";

  private NativeSqlite() {}

  /// Does nothing where there is no such library: the driver then helps itself.
  static void usePrepared() {
    CodeSource source = NativeSqlite.class.getProtectionDomain().getCodeSource();
    if (source == null || System.getProperty(PROPERTY) != null) {
      return;
    }
    try {
      Path folder =
          Path.of(source.getLocation().toURI())
              .resolveSibling("native")
              .resolve("org/sqlite/native")
              .resolve(system())
              .resolve(processor());
      if (Files.isDirectory(folder)) {
        System.setProperty(PROPERTY, folder.toString());
      }
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the program's own location is no path", e);
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
