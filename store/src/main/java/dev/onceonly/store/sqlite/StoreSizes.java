package dev.onceonly.store.sqlite;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// What the store takes of the disk, and what is left.
///
/// @param logBytes of the write-ahead log
/// @param freeBytes that this process may still use
/// @param lowBytes how few are too few: what only records is refused then
public record StoreSizes(long databaseBytes, long logBytes, long freeBytes, long lowBytes) {

  static StoreSizes of(DataFolder folder, long lowBytes) {
    Path database = folder.database();
    try {
      return new StoreSizes(
          bytes(database),
          bytes(database.resolveSibling(database.getFileName() + "-wal")),
          folder.usableBytes(),
          lowBytes);
    } catch (IOException e) {
      throw new UncheckedIOException("can't measure the data folder", e);
    }
  }

  private static long bytes(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return 0;
    }
  }
}
