package dev.onceonly.testkit.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What a recorded process did to its folder, in the order that the files saw it. `faultfs.c`
/// describes the format on disk. A trace has at most 2 GiB, because it is read as one mapping.
/// Immutable.
///
/// @param events all that happened; an event's position is its index here
public record FlushTrace(List<TraceEvent> events) {
  private static final int HEADER_BYTES = 24;
  private static final int MARK = 9;

  public FlushTrace {
    events = List.copyOf(events);
  }

  /// Reads a whole trace. A last record that was cut off, because its process was killed, is left
  /// out.
  public static FlushTrace read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer all =
          channel.map(MapMode.READ_ONLY, 0, channel.size()).order(ByteOrder.nativeOrder());
      List<TraceEvent> events = new ArrayList<>();
      while (all.remaining() >= HEADER_BYTES) {
        int kind = all.getInt();
        int pathBytes = all.getInt();
        long number = all.getLong();
        long dataBytes = all.getLong();
        if (all.remaining() < pathBytes + dataBytes) {
          break;
        }
        String path = text(slice(all, pathBytes));
        events.add(event(kind, path, number, slice(all, (int) dataBytes)));
      }
      return new FlushTrace(events);
    }
  }

  static ByteBuffer markRecord(byte[] bytes) {
    return ByteBuffer.allocate(HEADER_BYTES + bytes.length)
        .order(ByteOrder.nativeOrder())
        .putInt(MARK)
        .putInt(0)
        .putLong(0)
        .putLong(bytes.length)
        .put(bytes)
        .flip();
  }

  private static TraceEvent event(int kind, String path, long number, ByteBuffer data) {
    return switch (kind) {
      case 1 -> new TraceEvent.Create(path);
      case 2 -> new TraceEvent.Write(path, number, data);
      case 3 -> new TraceEvent.Truncate(path, number);
      case 4 -> new TraceEvent.Unlink(path);
      case 5 -> new TraceEvent.Rename(path, text(data));
      case 6 -> new TraceEvent.FlushBegin(path, number);
      case 7 -> new TraceEvent.FlushEnd(number);
      case 8 -> new TraceEvent.FlushFailed(number);
      case MARK -> new TraceEvent.Mark(data);
      default -> throw new IllegalArgumentException("No trace has records of kind " + kind);
    };
  }

  private static ByteBuffer slice(ByteBuffer all, int bytes) {
    ByteBuffer slice = all.slice(all.position(), bytes);
    all.position(all.position() + bytes);
    return slice;
  }

  private static String text(ByteBuffer bytes) {
    return UTF_8.decode(bytes.duplicate()).toString();
  }
}
