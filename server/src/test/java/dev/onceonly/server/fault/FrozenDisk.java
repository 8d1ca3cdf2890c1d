package dev.onceonly.server.fault;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/// A disk of its own in a file, which can be told to answer no write until it is told otherwise.
/// Needs root.
final class FrozenDisk implements AutoCloseable {
  private static final long BYTES = 64L << 20;

  private final Path disk;
  private boolean frozen;

  private FrozenDisk(Path disk) {
    this.disk = disk;
  }

  /// Mounts the disk on an empty folder; skips the test where that is not allowed.
  static FrozenDisk mount(Path disk) throws IOException {
    Path image = disk.resolveSibling(disk.getFileName() + ".img");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(BYTES);
    }
    boolean mounted =
        run("mkfs.ext4", "-q", image.toString())
            && run("mount", "-o", "loop", image.toString(), disk.toString());
    Assumptions.assumeTrue(mounted, "needs root, to mount a disk of its own");
    Files.deleteIfExists(disk.resolve("lost+found"));
    if (!run("chmod", "700", disk.toString())) {
      throw new IOException("can't make " + disk + " private");
    }
    return new FrozenDisk(disk);
  }

  /// From now on every write waits.
  void freeze() throws IOException {
    if (!run("fsfreeze", "--freeze", disk.toString())) {
      throw new IOException("can't freeze " + disk);
    }
    frozen = true;
  }

  /// What waits goes on.
  void thaw() throws IOException {
    frozen = false;
    if (!run("fsfreeze", "--unfreeze", disk.toString())) {
      throw new IOException("can't thaw " + disk);
    }
  }

  @Override
  public void close() throws IOException {
    if (frozen) {
      thaw();
    }
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
