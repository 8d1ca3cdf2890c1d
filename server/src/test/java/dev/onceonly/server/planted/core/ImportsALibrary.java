package dev.onceonly.server.planted.core;

import org.sqlite.SQLiteConfig;

/// A library in the core.
final class ImportsALibrary {

  private ImportsALibrary() {}

  static SQLiteConfig settings() {
    return new SQLiteConfig();
  }
}
