package dev.onceonly.testkit.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A child JVM does all that Java can do to files, at random, and flushes everything at last: then
/// the folder rebuilt from its trace is the real one, byte for byte.
@Timeout(60)
class RecordedFilesTest {
  private static final int ROUNDS = 80;
  private static final int OPERATIONS = 25;
  private static final int FILES = 4;
  private static final int BYTES_MAX = 5_000;

  @Test
  void rebuiltFolderIsTheRealOneOnceAllIsFlushed(@TempDir Path dir) throws Exception {
    Path folder = Files.createDirectory(dir.resolve("folder"));
    Path trace = dir.resolve("trace");
    ProcessBuilder child =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            RecordedFilesTest.class.getName(),
            folder.toString());
    child
        .environment()
        .putAll(
            NativeFaults.compile(dir)
                .recorded(folder, FaultSwitches.create(dir.resolve("switches")), trace));
    assertThat(child.inheritIO().start().waitFor()).isZero();
    Map<String, String> real = contents(folder);
    int[] compared = {0};
    PowerCut.replay(
        FlushTrace.read(trace),
        1,
        20,
        dir,
        cut -> {
          if (!cut.marks().isEmpty()) {
            assertThat(contents(cut.folder())).isEqualTo(real);
            compared[0]++;
          }
        });
    assertThat(compared[0]).isPositive();
  }

  private static Map<String, String> contents(Path folder) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(file -> !file.endsWith("marks")).toList()) {
        contents.put(file.getFileName().toString(), Files.readString(file, UTF_8));
      }
    }
    return contents;
  }

  static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    Random random = new Random(1);
    for (int round = 0; round < ROUNDS; round++) {
      for (int operation = 0; operation < OPERATIONS; operation++) {
        change(random, file(folder, round, random), file(folder, round, random));
      }
    }
    for (String name : contents(folder).keySet()) {
      flush(folder.resolve(name), WRITE);
    }
    flush(folder, READ);
    Files.write(folder.resolve("marks"), new byte[] {'m'});
  }

  private static Path file(Path folder, int round, Random random) {
    return folder.resolve(round + "-" + random.nextInt(FILES));
  }

  private static void change(Random random, Path file, Path other) throws IOException {
    switch (random.nextInt(8)) {
      case 0 -> Files.deleteIfExists(file);
      case 1 -> {
        if (Files.exists(file)) {
          Files.move(file, other, REPLACE_EXISTING);
        }
      }
      case 2 -> Files.write(file, letters(random).array(), CREATE, WRITE, TRUNCATE_EXISTING);
      case 3 -> {
        try (RandomAccessFile resized = new RandomAccessFile(file.toFile(), "rw")) {
          resized.setLength(random.nextInt(BYTES_MAX));
        }
      }
      case 4 -> {
        try (FileChannel appended = FileChannel.open(file, CREATE, APPEND)) {
          appended.write(new ByteBuffer[] {letters(random), letters(random)});
        }
      }
      default -> {
        try (FileChannel channel = FileChannel.open(file, CREATE, WRITE)) {
          channel.write(letters(random), random.nextInt(BYTES_MAX));
          channel.force(random.nextBoolean());
          channel.write(letters(random));
        }
      }
    }
  }

  private static ByteBuffer letters(Random random) {
    return ByteBuffer.wrap(
        Character.toString('a' + random.nextInt(26))
            .repeat(random.nextInt(BYTES_MAX))
            .getBytes(UTF_8));
  }

  private static void flush(Path path, StandardOpenOption option) throws IOException {
    try (FileChannel channel = FileChannel.open(path, option)) {
      channel.force(true);
    }
  }
}
