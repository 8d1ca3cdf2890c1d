package dev.onceonly.dispatch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The file of the keys that seal secrets: mode 600, replaced as a whole, flushed before it counts.
final class KeyFile {
  private static final Logger LOG = System.getLogger(KeyFile.class.getName());
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final Path path;
  private volatile boolean warned;

  /// By which a file that was changed is told without reading it.
  record Stamp(long sizeBytes, FileTime changedAt) {}

  KeyFile(Path path) {
    this.path = path.toAbsolutePath();
  }

  /// The keys in the file; null where there is none.
  ///
  /// @throws IllegalStateException where it holds something else; it is left as it is
  @Nullable SealingKeys read() {
    try {
      requireNoLinkToNothing();
      if (!Files.exists(path)) {
        return null;
      }
      if (!Files.isRegularFile(path)) {
        // A pipe would keep whoever reads it.
        throw new IllegalArgumentException("it is no regular file");
      }
      warnOfReaders();
      return SealingKeys.parse(Files.readString(path));
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException("the key file " + path + " can't be used: " + e.getMessage());
    } catch (IOException e) {
      throw new IllegalStateException("the key file " + path + " can't be read: " + e);
    }
  }

  /// Of the file as it is now; null where there is none, or it can't be looked at.
  @Nullable Stamp stamp() {
    try {
      BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
      return new Stamp(now.size(), now.lastModifiedTime());
    } catch (IOException e) {
      return null;
    }
  }

  /// What it leads to may be on a disk that is not mounted.
  private void requireNoLinkToNothing() throws IOException {
    if (Files.isSymbolicLink(path) && !Files.exists(path)) {
      throw new IllegalStateException(
          "the key file "
              + path
              + " is a link to "
              + Files.readSymbolicLink(path)
              + ", which is not there");
    }
  }

  private void warnOfReaders() throws IOException {
    Set<PosixFilePermission> others =
        Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);
    if (!warned && Files.getPosixFilePermissions(path).stream().anyMatch(others::contains)) {
      warned = true;
      LOG.log(Level.WARNING, "the key file {0} can be read by others than its owner", path);
    }
  }

  /// Puts the keys into the file. After a crash it holds these or what was there before.
  void write(SealingKeys keys) {
    try {
      requireNoLinkToNothing();
      // Through a link to the file it stands for, which may be on another disk.
      Path target = Files.exists(path) ? path.toRealPath() : path;
      Path written = target.resolveSibling(target.getFileName() + ".new");
      Files.deleteIfExists(written);
      Files.createFile(written, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      try (FileChannel channel = FileChannel.open(written, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(keys.text().getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(written, target, StandardCopyOption.ATOMIC_MOVE);
      try (FileChannel folder = FileChannel.open(parent(target), StandardOpenOption.READ)) {
        folder.force(true);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("can't write the key file " + path, e);
    }
  }

  private static Path parent(Path absolute) {
    Path parent = absolute.getParent();
    return parent == null ? absolute : parent;
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
