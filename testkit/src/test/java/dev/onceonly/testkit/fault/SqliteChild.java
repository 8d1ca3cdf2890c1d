package dev.onceonly.testkit.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.sqlite.SQLiteException;

/// A child JVM that inserts pairs on command and marks each one once its commit has returned. Used
/// by one thread.
final class SqliteChild implements AutoCloseable {
  private final Process process;
  private final BufferedReader replies;

  private SqliteChild(Process process) {
    this.process = process;
    this.replies = process.inputReader(UTF_8);
  }

  /// Starts it on the database in `folder` with the given additions to its environment.
  static SqliteChild start(Path folder, String synchronous, Map<String, String> environment)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            SqliteChild.class.getName(),
            folder.toString(),
            synchronous);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT).environment().putAll(environment);
    return new SqliteChild(builder.start());
  }

  /// Inserts and marks the pairs `first` to `last`, each in a transaction of its own.
  ///
  /// @return `ok`, or the name of SQLite's result code at which it stopped
  String insert(long first, long last) throws IOException {
    process.outputWriter(UTF_8).append(first + " " + last + "\n").flush();
    String reply = replies.readLine();
    if (reply == null) {
      throw new IOException("The child ended without an answer");
    }
    return reply;
  }

  /// Ends it without any goodbye.
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  /// Lets it close the database and waits for its end.
  @Override
  public void close() throws IOException {
    process.outputWriter(UTF_8).close();
    process.onExit().join();
  }

  static void main(String[] args) throws IOException, SQLException {
    Path folder = Path.of(args[0]);
    try (PairTable table = PairTable.open(folder, args[1]);
        OutputStream marks =
            Files.newOutputStream(
                folder.resolve("marks"), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        List<String> range = List.of(line.split(" ", 2));
        System.out.println(
            insert(table, marks, Long.parseLong(range.get(0)), Long.parseLong(range.get(1))));
      }
    }
  }

  private static String insert(PairTable table, OutputStream marks, long first, long last)
      throws IOException, SQLException {
    try {
      for (long n = first; n <= last; n++) {
        table.insert(n);
        marks.write(Long.toString(n).getBytes(UTF_8));
      }
      return "ok";
    } catch (SQLiteException refused) {
      return refused.getResultCode().name();
    }
  }

  /// The numbers in such marks.
  static List<Long> numbers(List<byte[]> marks) {
    List<Long> numbers = new ArrayList<>();
    marks.forEach(mark -> numbers.add(Long.valueOf(new String(mark, UTF_8))));
    return numbers;
  }
}
