package dev.onceonly.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// A fresh folder that is gone, with all in it, when it is closed.
record ScratchFolder(Path path) implements AutoCloseable {
  static ScratchFolder in(Path parent) throws IOException {
    return new ScratchFolder(Files.createTempDirectory(parent, "onceonly-bench"));
  }

  /// The size of the write-ahead logs in it.
  long walBytes() throws IOException {
    long bytes = 0;
    for (Path file : files()) {
      if (file.toString().endsWith("-wal")) {
        bytes += Files.size(file);
      }
    }
    return bytes;
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> walk = Files.walk(path)) {
      return walk.sorted(Comparator.reverseOrder()).toList();
    }
  }

  @Override
  public void close() throws IOException {
    for (Path file : files()) {
      Files.delete(file);
    }
  }
}
