package dev.onceonly.testkit.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// One file's content: what is flushed for certain, and what has happened to it since. Not
/// thread-safe.
final class DiskFile {
  /// A change not flushed yet. Once a flush has failed over it, no later flush brings it to disk:
  /// the system has dropped it from what it means to write.
  private record Unflushed(int position, TraceEvent.Change change, boolean dropped) {}

  private final DiskImage flushed = new DiskImage();
  private final List<Unflushed> unflushed = new ArrayList<>();

  void change(int position, TraceEvent.Change change) {
    unflushed.add(new Unflushed(position, change, false));
  }

  /// A flush that began at position `begun` has ended well.
  void flush(int begun) {
    List<Unflushed> done = begunBefore(begun);
    for (Unflushed entry : done) {
      if (!entry.dropped) {
        apply(entry.change);
      }
    }
    done.clear();
  }

  /// A flush that began at position `begun` has failed.
  void drop(int begun) {
    begunBefore(begun).replaceAll(entry -> new Unflushed(entry.position, entry.change, true));
  }

  /// The content as the disk could have it after a power cut at position `cut`.
  DiskImage after(int cut, SplittableRandom random) {
    DiskImage image = flushed.copy();
    if (unflushed.isEmpty()) {
      return image;
    }
    WriteBack writtenBack = new WriteBack(random, unflushed.getFirst().position, cut);
    long size = flushed.size();
    for (Unflushed entry : unflushed) {
      boolean hasLength = writtenBack.hasLength(entry.position);
      switch (entry.change) {
        case TraceEvent.Write write -> {
          writeParts(image, write, entry.position, writtenBack);
          size = hasLength ? Math.max(size, write.end()) : size;
        }
        case TraceEvent.Truncate truncate -> {
          if (hasLength) {
            image.resize(truncate.size());
            size = truncate.size();
          }
        }
      }
    }
    image.resize(size);
    return image;
  }

  private static void writeParts(
      DiskImage image, TraceEvent.Write write, int position, WriteBack writtenBack) {
    for (long at = write.offset(); at < write.end(); ) {
      int length = (int) Math.min(writtenBack.partLeft(at), write.end() - at);
      if (writtenBack.has(position, at)) {
        image.write(at, write.bytes(), (int) (at - write.offset()), length);
      }
      at += length;
    }
  }

  private void apply(TraceEvent.Change change) {
    switch (change) {
      case TraceEvent.Write write ->
          flushed.write(write.offset(), write.bytes(), 0, write.bytes().limit());
      case TraceEvent.Truncate truncate -> flushed.resize(truncate.size());
    }
  }

  private List<Unflushed> begunBefore(int position) {
    int end = unflushed.size();
    while (end > 0 && unflushed.get(end - 1).position > position) {
      end--;
    }
    return unflushed.subList(0, end);
  }
}
