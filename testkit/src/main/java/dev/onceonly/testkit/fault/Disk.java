package dev.onceonly.testkit.fault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The watched folder as it is on disk and as it is in the system's memory, led along a trace event
/// by event. Not thread-safe.
final class Disk {
  /// A flush under way. Without a file it is the folder's.
  private record Flush(int begun, String path, @Nullable DiskFile file) {}

  private final DiskNames names = new DiskNames();
  private final Map<Long, Flush> flushes = new HashMap<>();

  /// Takes the next event. Positions grow.
  void apply(int position, TraceEvent event) {
    switch (event) {
      case TraceEvent.Create(String path) -> {
        if (isKept(path)) {
          names.create(position, path);
        }
      }
      case TraceEvent.Change change -> {
        if (isKept(change.path())) {
          names.file(change.path()).change(position, change);
        }
      }
      case TraceEvent.Unlink(String path) -> {
        if (isKept(path)) {
          names.unlink(position, path);
        }
      }
      case TraceEvent.Rename(String path, String target) -> names.rename(position, path, target);
      case TraceEvent.FlushBegin(String path, long token) ->
          flushes.put(token, new Flush(position, path, names.find(path)));
      case TraceEvent.FlushEnd(long token) -> flush(ended(token));
      case TraceEvent.FlushFailed(long token) -> drop(ended(token));
      case TraceEvent.Mark _ -> {}
    }
  }

  /// Writes into the empty `folder` what the disk could hold after a power cut at position `cut`,
  /// which is where this disk stands. The same random numbers give the same folder.
  void rebuild(Path folder, int cut, SplittableRandom random) throws IOException {
    // In the order of the names, so that each file gets the same random numbers every time.
    for (var entry : new TreeMap<>(names.after(random)).entrySet()) {
      Path file = folder.resolve(entry.getKey());
      Files.createDirectories(file.resolveSibling(""));
      entry.getValue().after(cut, random).writeTo(file);
    }
  }

  private Flush ended(long token) {
    Flush flush = flushes.remove(token);
    if (flush == null) {
      throw new IllegalArgumentException("A flush ended that had not begun: " + token);
    }
    return flush;
  }

  private void flush(Flush flush) {
    if (flush.file == null) {
      names.flushFolder(flush.path, flush.begun);
    } else {
      flush.file.flush(flush.begun);
      names.flushNameOf(flush.file, flush.begun);
    }
  }

  private static void drop(Flush flush) {
    if (flush.file != null) {
      flush.file.drop(flush.begun);
    }
  }

  /// SQLite's shared memory means nothing after a restart, and changes unseen, through a mapping.
  /// The marks belong to the test.
  private static boolean isKept(String path) {
    return !path.endsWith("-shm") && !path.equals("marks");
  }
}
