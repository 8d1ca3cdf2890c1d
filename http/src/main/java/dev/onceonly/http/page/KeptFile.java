package dev.onceonly.http.page;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A file that is read when it is first asked for, and kept: however many ask for it at a time, it
/// is in memory once. Thread-safe.
final class KeptFile {
  private final Supplier<byte[]> source;
  private byte @Nullable [] bytes;

  KeptFile(Supplier<byte[]> source) {
    this.source = source;
  }

  /// Its bytes, which must not be changed.
  synchronized byte[] bytes() {
    byte[] kept = bytes;
    if (kept == null) {
      kept = source.get();
      bytes = kept;
    }
    return kept;
  }
}
