package dev.onceonly.testkit.fault;

import java.util.SplittableRandom;

/// When the system, unasked, last wrote the parts of one file to disk before the power went. Each
/// part has its own moment, a position in the trace; what happened to the part until then is on
/// disk, what happened later is not. A part is a sector, a page or the whole file: so a write may
/// be torn, may outlive an earlier one, or the file may simply be of an earlier moment. Immutable.
final class WriteBack {
  /// What a disk writes as a whole.
  static final int SECTOR_BYTES = 512;

  private static final int PAGE_BYTES = 4096;
  private static final int[] PART_BYTES = {
    SECTOR_BYTES, SECTOR_BYTES, PAGE_BYTES, Integer.MAX_VALUE
  };

  /// The part that stands for the file's length and the truncations that it went through.
  private static final long LENGTH = -1;

  private final long seed;
  private final int earliest;
  private final int cut;
  private final int partBytes;

  /// The moments of one file lie between its `earliest` unflushed change and the position of the
  /// `cut`.
  WriteBack(SplittableRandom random, int earliest, int cut) {
    this.seed = random.nextLong();
    this.earliest = earliest;
    this.cut = cut;
    this.partBytes = PART_BYTES[random.nextInt(PART_BYTES.length)];
  }

  /// How many bytes, from `offset` on, belong to the same part.
  int partLeft(long offset) {
    return (int) (partBytes - offset % partBytes);
  }

  /// Whether the change at `position` was written back for the part at `offset`.
  boolean has(int position, long offset) {
    return position <= moment(partBytes == Integer.MAX_VALUE ? LENGTH : offset / partBytes);
  }

  /// Whether the file's length, as the change at `position` left it, was written back.
  boolean hasLength(int position) {
    return position <= moment(LENGTH);
  }

  /// One third of the parts has nothing of what was not flushed, one third all of it.
  private int moment(long part) {
    SplittableRandom random = new SplittableRandom(seed ^ (part * 0xD1B54A32D192ED03L));
    return switch (random.nextInt(3)) {
      case 0 -> earliest - 1;
      case 1 -> cut;
      default -> random.nextInt(earliest, cut + 1);
    };
  }
}
