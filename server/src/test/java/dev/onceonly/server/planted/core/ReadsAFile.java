package dev.onceonly.server.planted.core;

import java.nio.file.Path;

/// The file system in the core.
final class ReadsAFile {

  private ReadsAFile() {}

  static Path folder() {
    return Path.of(".");
  }
}
