package dev.onceonly.store.sqlite;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The folder of one store, held exclusively while it is open, by a file lock that ends with the
/// process.
public final class DataFolder implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;
  private final FileLock lock;

  /// What a folder of an earlier version may have that others can read.
  private static final List<String> OURS =
      List.of(
          StoreFiles.DATABASE,
          "onceonly.db-wal",
          "onceonly.db-shm",
          "LOCK",
          "secrets.key",
          "audit-key.pem");

  private DataFolder(Path path, FileChannel channel, FileLock lock) {
    this.path = path;
    this.channel = channel;
    this.lock = lock;
  }

  /// Makes the folder if need be, and holds it; null if another process does. Nobody but its owner
  /// can open it or what is ours in it from then on, the lock file above all: who can open that can
  /// keep a server from starting.
  ///
  /// @throws StoreRefused if others can write to it
  public static @Nullable DataFolder tryHold(Path path) {
    try {
      PrivateFiles.createFolder(path);
      for (String name : OURS) {
        PrivateFiles.tighten(path.resolve(name));
      }
      FileChannel channel = FileChannel.open(lockFile(path), StandardOpenOption.WRITE);
      FileLock lock = tryLock(channel);
      if (lock == null) {
        channel.close();
        return null;
      }
      return new DataFolder(path, channel, lock);
    } catch (IOException e) {
      throw new StoreRefused("the data folder " + path + " can't be used: " + StoreFiles.reason(e));
    }
  }

  /// As [#tryHold(Path)], for what works on a store that is there: where there is none, nothing is
  /// made.
  ///
  /// @throws StoreRefused if there is no store, too
  public static @Nullable DataFolder tryHoldStore(Path path) {
    if (!StoreFiles.exists(path.resolve("LOCK"))) {
      requireStore(path);
    }
    DataFolder held = tryHold(path);
    if (held != null && !held.hasStore()) {
      held.close();
      throw StoreFiles.noStore(path);
    }
    return held;
  }

  /// Makes nothing.
  ///
  /// @throws StoreRefused if there is no store in the folder, or no folder
  public static void requireStore(Path path) {
    if (!StoreFiles.exists(path.resolve(StoreFiles.DATABASE))) {
      throw StoreFiles.noStore(path);
    }
  }

  /// As [#tryHold(Path)], without waiting.
  ///
  /// @throws StoreRefused if another process holds it
  public static DataFolder hold(Path path) {
    DataFolder held = tryHold(path);
    if (held == null) {
      throw new StoreRefused(
          "the data folder " + path + " is held by another process, a server or a command");
    }
    return held;
  }

  private static Path lockFile(Path folder) throws IOException {
    Path file = folder.resolve("LOCK");
    try {
      PrivateFiles.create(file);
    } catch (FileAlreadyExistsException e) {
      // From an earlier start.
    }
    return file;
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  public Path path() {
    return path;
  }

  public Path database() {
    return path.resolve(StoreFiles.DATABASE);
  }

  boolean hasStore() {
    return StoreFiles.exists(database());
  }

  /// Flushes the folder itself, so that files made in it outlive a power cut.
  void flush() throws IOException {
    try (FileChannel directory = FileChannel.open(path, StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  /// Free bytes for this process on the folder's disk.
  long usableBytes() throws IOException {
    return Files.getFileStore(path).getUsableSpace();
  }

  @Override
  public void close() {
    try {
      lock.release();
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
