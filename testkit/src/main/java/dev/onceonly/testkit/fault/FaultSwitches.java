package dev.onceonly.testkit.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/// The switches of one running child: a small file that the child has mapped, so that each call
/// here holds for the child's next write or flush. All are off at first. To be used by one thread
/// at a time; the two counters may be read by any thread.
public final class FaultSwitches {
  /// The longest suffix that [#failFlushes(String, long)] takes, in UTF-8 bytes.
  public static final int SUFFIX_BYTES_MAX = 72;

  // The layout of `struct switches` in faultfs.c.
  private static final long FLUSH_MODE = 0;
  private static final long FLUSH_DELAY_MICROS = 8;
  private static final long SPACE_MODE = 16;
  private static final long FLUSH_SKIP = 24;
  private static final long SPACE_LEFT = 32;
  private static final long FLUSHES = 40;
  private static final long REFUSALS = 48;
  private static final long FLUSH_SUFFIX = 56;
  private static final long LENGTH = FLUSH_SUFFIX + SUFFIX_BYTES_MAX;

  private static final int NORMAL = 0;
  private static final int FLUSH_FAILS = 1;
  private static final int FLUSH_SWALLOWED = 2;
  private static final int SPACE_NO_GROWTH = 1;
  private static final int SPACE_NONE = 2;
  private static final VarHandle FIELD = ValueLayout.JAVA_LONG.varHandle();

  private final Path file;
  private final MemorySegment fields;

  private FaultSwitches(Path file, MemorySegment fields) {
    this.file = file;
    this.fields = fields;
  }

  /// Makes the file, outside of the watched folder, or empties it: all switches off, counters at 0.
  public static FaultSwitches create(Path file) throws IOException {
    Files.write(file, new byte[(int) LENGTH]);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return new FaultSwitches(file, channel.map(MapMode.READ_WRITE, 0, LENGTH, Arena.ofAuto()));
    }
  }

  Path file() {
    return file;
  }

  /// Every flush fails with an I/O error and flushes nothing.
  public void failFlushes() {
    failFlushes("", 0);
  }

  /// Flushes of files whose path ends with `suffix` fail, once `passing` more of them have gone
  /// well.
  public void failFlushes(String suffix, long passing) {
    byte[] bytes = suffix.getBytes(UTF_8);
    if (bytes.length > SUFFIX_BYTES_MAX) {
      throw new IllegalArgumentException("A suffix has at most " + SUFFIX_BYTES_MAX + " bytes");
    }
    set(FLUSH_MODE, NORMAL);
    fields.asSlice(FLUSH_SUFFIX).fill((byte) 0);
    fields.asSlice(FLUSH_SUFFIX).copyFrom(MemorySegment.ofArray(bytes));
    set(FLUSH_SKIP, passing);
    set(FLUSH_MODE, FLUSH_FAILS);
  }

  /// Every flush says that it went well and flushes nothing: a disk that lies, or a flush
  /// forgotten.
  public void swallowFlushes() {
    failFlushes();
    set(FLUSH_MODE, FLUSH_SWALLOWED);
  }

  /// Flushes work again. What a failed flush has lost stays lost.
  public void flushNormally() {
    set(FLUSH_MODE, NORMAL);
  }

  /// Every flush takes this much longer; zero ends it. Whole microseconds count.
  public void delayFlushes(Duration delay) {
    set(FLUSH_DELAY_MICROS, delay.toNanos() / 1_000);
  }

  /// The disk is full: a write that would make a file longer gets what `bytesLeft` still allows (a
  /// short write) and then fails, and so does a growing truncation. Writes inside a file's length
  /// go on.
  public void refuseGrowth(long bytesLeft) {
    set(SPACE_LEFT, bytesLeft);
    set(SPACE_MODE, SPACE_NO_GROWTH);
  }

  /// The disk is full and takes no write at all, as on a copy-on-write file system or over a quota.
  public void refuseWrites() {
    set(SPACE_MODE, SPACE_NONE);
  }

  /// There is space again.
  public void allowWrites() {
    set(SPACE_MODE, NORMAL);
  }

  /// How many flushes the child has asked for in the folder, failed ones too.
  public long flushes() {
    return (long) FIELD.getAcquire(fields, FLUSHES);
  }

  /// How many writes and truncations were refused or cut short for want of space.
  public long refusals() {
    return (long) FIELD.getAcquire(fields, REFUSALS);
  }

  private void set(long field, long value) {
    FIELD.setRelease(fields, field, value);
  }
}
