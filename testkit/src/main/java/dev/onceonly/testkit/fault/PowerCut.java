package dev.onceonly.testkit.fault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Power cuts, replayed from a trace. What was flushed before the cut is there. Of all else, each
/// 512-byte sector of each file holds what it held at some moment between its last flush and the
/// cut, chosen for each on its own; so does each file's length, and each name in the folder is
/// there or not. Hence unflushed writes are there, missing or torn, and a later one may have
/// outlived an earlier one.
///
/// Taken as given: a sector is written as a whole; a flush of a file brings a new file's name to
/// disk too, as it does on ext4, XFS and btrfs; folders are never lost; after a failed flush what
/// it was to flush may be on disk or not, and no later flush helps it. SQLite's `-shm` files are
/// never rebuilt.
public final class PowerCut {
  private final FlushTrace trace;
  private final List<Integer> marks;

  private PowerCut(FlushTrace trace) {
    this.trace = trace;
    this.marks =
        IntStream.range(0, trace.events().size())
            .filter(at -> trace.events().get(at) instanceof TraceEvent.Mark)
            .boxed()
            .toList();
  }

  /// One rebuilt folder.
  ///
  /// @param index 0 for the first cut of the replay
  /// @param position how many events of the trace came before the cut
  /// @param folder the rebuilt files, to be opened and changed at will; gone at the next cut
  /// @param marks the marks before the cut, in their order: what had been acknowledged
  public record Cut(int index, int position, Path folder, List<byte[]> marks) {}

  /// Looks at one rebuilt folder, and throws if it is not as it should be. It must have closed all
  /// files in it when it returns.
  @FunctionalInterface
  public interface CutVisitor {
    void visit(Cut cut) throws Exception;
  }

  /// Cuts the power `cuts` times, at moments chosen by `seed` and visited in ascending order: half
  /// of them anywhere, half right after a mark, where a lost flush shows best. The same arguments
  /// give the same folders. All files must fit in memory twice.
  ///
  /// @param scratch a folder to rebuild in, below which `cut` is made and replaced for each cut;
  ///   best in memory (`/dev/shm`). The last folder visited stays as its visitor left it: the one
  ///   that failed can be looked at
  /// @throws AssertionError if the visitor threw, naming the seed, the cut's index and its position
  public static void replay(FlushTrace trace, long seed, int cuts, Path scratch, CutVisitor visitor)
      throws IOException {
    new PowerCut(trace).replay(seed, cuts, scratch.resolve("cut"), visitor);
  }

  private void replay(long seed, int cuts, Path folder, CutVisitor visitor) throws IOException {
    List<byte[]> acknowledged = new ArrayList<>();
    Disk disk = new Disk();
    int at = 0;
    int[] positions = positions(new SplittableRandom(seed), cuts);
    for (int index = 0; index < cuts; index++) {
      for (; at < positions[index]; at++) {
        TraceEvent event = trace.events().get(at);
        disk.apply(at, event);
        if (event instanceof TraceEvent.Mark(ByteBuffer bytes)) {
          acknowledged.add(bytesOf(bytes));
        }
      }
      empty(folder);
      disk.rebuild(folder, at, new SplittableRandom(seed + index));
      visit(seed, new Cut(index, at, folder, List.copyOf(acknowledged)), visitor);
    }
  }

  private static void visit(long seed, Cut cut, CutVisitor visitor) {
    try {
      visitor.visit(cut);
    } catch (Exception | AssertionError found) {
      throw new AssertionError(
          "cut %d at position %d, seed %d, in %s: %s"
              .formatted(cut.index, cut.position, seed, cut.folder, found.getMessage()),
          found);
    }
  }

  private int[] positions(SplittableRandom random, int cuts) {
    return IntStream.generate(() ->
            marks.isEmpty() || random.nextBoolean()
                ? random.nextInt(trace.events().size() + 1)
                : marks.get(random.nextInt(marks.size())) + 1)
        .limit(cuts)
        .sorted()
        .toArray();
  }

  private static byte[] bytesOf(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.limit()];
    buffer.get(0, bytes);
    return bytes;
  }

  private static void empty(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> old = Files.walk(folder)) {
        for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
    // A server refuses a data folder that others can write, whatever the umask.
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }
}
