package dev.onceonly.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/// How long the disk takes to make 4 KB durable: the price that every commit pays at least once.
final class FlushTime {
  private static final int FLUSHES = 200;
  private static final int BYTES = 4096;

  private FlushTime() {}

  /// The median of 200 appends of 4 KB, each followed by fdatasync, in a file of `folder`.
  static double medianMicros(Path folder) throws IOException {
    Path file = Files.createTempFile(folder, "flush", ".tmp");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      long[] nanos = new long[FLUSHES];
      for (int i = 0; i < FLUSHES; i++) {
        long startNs = System.nanoTime();
        channel.write(ByteBuffer.allocate(BYTES));
        channel.force(false);
        nanos[i] = System.nanoTime() - startNs;
      }
      Arrays.sort(nanos);
      return nanos[FLUSHES / 2] / 1e3;
    } finally {
      Files.delete(file);
    }
  }
}
