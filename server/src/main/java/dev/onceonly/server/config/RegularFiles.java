package dev.onceonly.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Files that can be read to their end at once.
public final class RegularFiles {
  private RegularFiles() {}

  /// Looks before a file is opened: a pipe would keep its reader until somebody writes into it.
  /// What is not there, and a folder, are left to whoever opens it.
  ///
  /// @throws IOException where it is a pipe, a socket or a device
  public static void require(Path file) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file)) {
      throw new IOException("it is no regular file");
    }
  }
}
