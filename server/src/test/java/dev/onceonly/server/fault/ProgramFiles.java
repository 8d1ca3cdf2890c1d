package dev.onceonly.server.fault;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// How a process of ours is started: as the packaged program, which starts several times faster,
/// unless it was built from other classes than those under test; then from the class path.
final class ProgramFiles {
  private static final Path OPTIONS = Path.of("src", "main", "jvm.options").toAbsolutePath();
  private static final Path APP = Path.of("target", "app").toAbsolutePath();
  private static final Path JAR = APP.resolve("onceonly-program.jar");
  private static final Path CACHE = APP.resolve("onceonly.aot");
  private static final boolean PACKAGED = isPackaged();

  private ProgramFiles() {}

  /// The words that start the Java program `main`, with the options that it is shipped with.
  ///
  /// @param scratch where a killed process leaves the native library that it has unpacked
  static List<String> command(String main, Path scratch) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + OPTIONS);
    command.add("-Djava.io.tmpdir=" + scratch);
    if (PACKAGED && main.equals(ServerProcess.MAIN)) {
      command.addAll(List.of("-XX:AOTCache=" + CACHE, "-jar", JAR.toString()));
    } else {
      command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    }
    return command;
  }

  private static boolean isPackaged() {
    try {
      if (!Files.exists(JAR) || !Files.exists(CACHE)) {
        return false;
      }
      FileTime packaged = Files.getLastModifiedTime(CACHE);
      for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
        Path path = Path.of(entry);
        boolean tests = path.endsWith("test-classes");
        if (!tests && Files.isDirectory(path) && newest(path).compareTo(packaged) > 0) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static FileTime newest(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      List<FileTime> times = new ArrayList<>();
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        times.add(Files.getLastModifiedTime(file));
      }
      return times.stream().max(Comparator.naturalOrder()).orElse(FileTime.fromMillis(0));
    }
  }
}
