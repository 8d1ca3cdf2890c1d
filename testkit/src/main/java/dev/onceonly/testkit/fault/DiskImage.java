package dev.onceonly.testkit.fault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/// The bytes of one file: at most 2 GiB, held in memory. Not thread-safe.
final class DiskImage {
  private byte[] bytes = new byte[0];
  private int size;

  DiskImage copy() {
    DiskImage copy = new DiskImage();
    copy.bytes = Arrays.copyOf(bytes, size);
    copy.size = size;
    return copy;
  }

  int size() {
    return size;
  }

  /// Puts `length` of `source`'s bytes, from `from` on, at `offset`; a gap before them reads as
  /// zeros.
  void write(long offset, ByteBuffer source, int from, int length) {
    int start = Math.toIntExact(offset);
    grow(Math.addExact(start, length));
    source.get(from, bytes, start, length);
  }

  /// Cuts the file or fills it with zeros.
  void resize(long newSize) {
    int target = Math.toIntExact(newSize);
    if (target < size) {
      Arrays.fill(bytes, target, size, (byte) 0);
      size = target;
    }
    grow(target);
  }

  void writeTo(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer all = ByteBuffer.wrap(bytes, 0, size);
      while (all.hasRemaining()) {
        channel.write(all);
      }
    }
  }

  private void grow(int target) {
    if (target > bytes.length) {
      bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8L, target * 3L / 2));
    }
    size = Math.max(size, target);
  }
}
