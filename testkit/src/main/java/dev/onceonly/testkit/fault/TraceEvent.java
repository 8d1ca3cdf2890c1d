package dev.onceonly.testkit.fault;

import java.nio.ByteBuffer;

/// One thing that happened to the watched folder. Paths are relative to it; the folder itself is
/// `""`.
public sealed interface TraceEvent {
  /// A change of one file's content.
  sealed interface Change extends TraceEvent {
    String path();
  }

  /// A file was made.
  record Create(String path) implements TraceEvent {}

  /// `bytes` (read-only, all of the buffer) were written at `offset`.
  record Write(String path, long offset, ByteBuffer bytes) implements Change {
    long end() {
      return offset + bytes.limit();
    }
  }

  /// The file was cut or filled with zeros to `size` bytes.
  record Truncate(String path, long size) implements Change {}

  /// The file's name was removed.
  record Unlink(String path) implements TraceEvent {}

  /// The file got the name `target`; what had that name before lost it.
  record Rename(String path, String target) implements TraceEvent {}

  /// A flush of a file or folder began. `token` pairs it with its end and is unique in a trace.
  record FlushBegin(String path, long token) implements TraceEvent {}

  /// The flush went well: what stood before its beginning is on disk.
  record FlushEnd(long token) implements TraceEvent {}

  /// The flush failed: what stood before its beginning may never reach the disk.
  record FlushFailed(long token) implements TraceEvent {}

  /// Something was acknowledged to the outside, and everything before it in the trace has happened.
  record Mark(ByteBuffer bytes) implements TraceEvent {}
}
