package dev.onceonly.store.sqlite;

import dev.onceonly.core.service.Notice;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What is free on the data folder's disk. The lane looks once a second, so that who must not wait
/// for a disk is answered from memory. Thread-safe but for the looking.
final class FreeSpace {
  private static final long LOOK_EVERY_MS = 1_000;

  /// What the largest batch may need is a few hundred KiB of log.
  private static final long ROOM_BYTES = 1L << 20;

  private final DataFolder folder;
  private final long lowBytes;
  private Instant nextLook = Instant.MIN;
  private volatile boolean low;

  FreeSpace(DataFolder folder, long lowBytes) {
    this.folder = folder;
    this.lowBytes = lowBytes;
  }

  /// On the lane's thread, between batches.
  void look(Instant now) {
    if (!now.isBefore(nextLook)) {
      nextLook = now.plusMillis(LOOK_EVERY_MS);
      low = isLowNow();
    }
  }

  /// Looks at the disk; a disk that can't be asked counts as full.
  boolean isLowNow() {
    try {
      return folder.usableBytes() < lowBytes;
    } catch (IOException e) {
      return true;
    }
  }

  /// Looks at the disk: whether a large batch fits.
  boolean hasRoom() {
    try {
      return folder.usableBytes() >= ROOM_BYTES;
    } catch (IOException e) {
      return false;
    }
  }

  /// What the last look has shown.
  @Nullable Notice notice() {
    return low
        ? new Notice(
            "storage_low",
            "less than storage_low_bytes ("
                + lowBytes
                + ") are free on the data folder's disk: what only records is refused; make space")
        : null;
  }
}
