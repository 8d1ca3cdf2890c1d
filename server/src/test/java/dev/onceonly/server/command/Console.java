package dev.onceonly.server.command;

import dev.onceonly.server.Stores;
import dev.onceonly.server.config.Settings;
import dev.onceonly.store.sqlite.DataFolder;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Runs command lines in this process and keeps what they print. Not for two threads at once: the
/// standard streams are the process's.
final class Console {
  private Console() {}

  /// Makes a store in a folder, as a first start does; the commands make none.
  static void makeStore(Path data) {
    Settings settings = Settings.of(Map.of("data", data.toString()));
    try (DataFolder folder = DataFolder.hold(data)) {
      Stores.open(folder, settings).close();
    }
  }

  /// How a command line went.
  record Ran(int exitCode, String out, String err) {}

  static Ran run(String... words) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    ByteArrayOutputStream complained = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
    try {
      int exitCode = OnceOnlyCommand.run(words);
      return new Ran(
          exitCode,
          printed.toString(StandardCharsets.UTF_8),
          complained.toString(StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  /// A command on the store in a folder.
  static Ran on(Path data, String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.add("--data");
    all.add(data.toString());
    return run(all.toArray(String[]::new));
  }

  /// As [#on(Path, String...)], for one that has to succeed.
  ///
  /// @return what it printed
  static String done(Path data, String... words) {
    Ran ran = on(data, words);
    if (ran.exitCode() != 0) {
      throw new AssertionError(String.join(" ", words) + ": " + ran);
    }
    return ran.out();
  }
}
