package dev.onceonly.testkit.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/// The compiled fault library, to be loaded by a child process through its environment. Immutable
/// and thread-safe; one compiled library serves any number of children, each with a folder of its
/// own.
public final class NativeFaults {
  private static final String SOURCE = "faultfs.c";
  private static final String NO_COMPILER =
      "The storage fault tests need a C compiler: install gcc (package gcc), so that `cc` is on the PATH";

  private final Path library;

  private NativeFaults(Path library) {
    this.library = library;
  }

  /// Writes the library's source into `dir`, an existing folder, and compiles it there: about 0.2
  /// s.
  ///
  /// @throws IllegalStateException without a C compiler or off Linux, saying what to install
  public static NativeFaults compile(Path dir) throws IOException, InterruptedException {
    return compile(dir, "cc");
  }

  static NativeFaults compile(Path dir, String compiler) throws IOException, InterruptedException {
    if (!System.getProperty("os.name").equals("Linux")) {
      throw new IllegalStateException("The storage fault tests run on Linux only");
    }
    Path source = dir.resolve(SOURCE);
    try (InputStream text = NativeFaults.class.getResourceAsStream(SOURCE)) {
      Files.write(source, Objects.requireNonNull(text, SOURCE).readAllBytes());
    }
    Path library = dir.toRealPath().resolve("faultfs.so");
    List<String> command =
        List.of(
            compiler,
            "-shared",
            "-fPIC",
            "-O2",
            "-Wall",
            "-o",
            library + "",
            source + "",
            "-lpthread");
    Process compilation;
    try {
      compilation = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException missing) {
      throw new IllegalStateException(NO_COMPILER, missing);
    }
    String said = new String(compilation.getInputStream().readAllBytes(), UTF_8);
    if (compilation.waitFor() != 0) {
      throw new IllegalStateException(
          "Cannot compile " + SOURCE + " (" + NO_COMPILER + "): " + said);
    }
    return new NativeFaults(library);
  }

  /// The environment variables that put a child's files below `folder`, which must exist, under
  /// `switches`. Nothing is recorded.
  public Map<String, String> faulty(Path folder, FaultSwitches switches) throws IOException {
    return Map.of(
        "LD_PRELOAD", library.toString(),
        "FAULTFS_DIR", folder.toRealPath().toString(),
        "FAULTFS_SWITCHES", switches.file().toRealPath().toString());
  }

  /// As [#faulty], and appends all that happens to the files to `trace`, a file outside of
  /// `folder`. Children that run one after the other (a server that is killed and started again)
  /// may share a trace and its folder.
  ///
  /// @throws IllegalArgumentException if the trace is new or empty and the folder is not, because
  ///   the folder could not be rebuilt from the trace alone
  public Map<String, String> recorded(Path folder, FaultSwitches switches, Path trace)
      throws IOException {
    Path real = folder.toRealPath();
    if (trace.toAbsolutePath().startsWith(folder.toAbsolutePath())) {
      throw new IllegalArgumentException("The trace must lie outside of the folder: " + trace);
    }
    if (Files.notExists(trace)) {
      Files.createFile(trace);
    }
    try (Stream<Path> entries = Files.list(real)) {
      if (Files.size(trace) == 0 && entries.findAny().isPresent()) {
        throw new IllegalArgumentException("A new trace needs an empty folder: " + folder);
      }
    }
    return Map.of(
        "LD_PRELOAD", library.toString(),
        "FAULTFS_DIR", real.toString(),
        "FAULTFS_SWITCHES", switches.file().toRealPath().toString(),
        "FAULTFS_TRACE", trace.toRealPath().toString());
  }
}
