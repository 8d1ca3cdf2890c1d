package dev.onceonly.http.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/// Files that come with this package or with a library.
public final class Files {
  private Files() {}

  /// Reads a file.
  ///
  /// @param name beside this class, or from the class path's root with a leading slash
  public static byte[] bytes(String name) {
    try (InputStream in = Files.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("not on the class path: " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + name, e);
    }
  }
}
