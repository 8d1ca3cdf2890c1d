package dev.onceonly.server.fault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Assumptions;

/// A small disk of its own (a tmpfs), and a file that fills it. Needs root.
final class Ballast implements AutoCloseable {
  private static final int BLOCK_BYTES = 4_096;

  private final Path disk;
  private final Path file;

  private Ballast(Path disk) {
    this.disk = disk;
    this.file = disk.resolve("ballast");
  }

  /// Mounts the disk on an empty folder; skips the test where that is not allowed.
  static Ballast mount(Path disk, String size) {
    boolean mounted =
        run("mount", "-t", "tmpfs", "-o", "mode=700,size=" + size, "tmpfs", disk.toString());
    Assumptions.assumeTrue(mounted, "needs root, to mount a small disk");
    return new Ballast(disk);
  }

  /// Takes all the space that is left.
  void fill() throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      while (disk.toFile().getUsableSpace() > 0) {
        channel.write(ByteBuffer.allocate(BLOCK_BYTES));
      }
    } catch (IOException full) {
      // The server was quicker: that is full, too.
      if (disk.toFile().getUsableSpace() > 0) {
        throw full;
      }
    }
  }

  /// Takes all the space but so much.
  void fillBut(long leftBytes) throws IOException {
    fill();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(Math.max(0, channel.size() - leftBytes));
    }
  }

  void empty() throws IOException {
    Files.delete(file);
  }

  @Override
  public void close() throws IOException {
    if (!run("umount", "-l", disk.toString())) {
      throw new IOException("can't unmount " + disk);
    }
  }

  private static boolean run(String... command) {
    try {
      return new ProcessBuilder(command).start().onExit().join().exitValue() == 0;
    } catch (IOException missing) {
      return false;
    }
  }
}
