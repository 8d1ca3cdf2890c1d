package dev.onceonly.testkit.fault;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Notes in a trace, from outside of the recorded process, that something has been acknowledged:
/// for a test that gets its answers over the network. A recorded process itself writes to the file
/// `marks` in its folder instead. Thread-safe: each mark is one append.
public final class MarkWriter implements Closeable {
  private final FileChannel trace;

  private MarkWriter(FileChannel trace) {
    this.trace = trace;
  }

  /// Opens an existing trace: the recorded process has been given its environment before.
  public static MarkWriter open(Path trace) throws IOException {
    return new MarkWriter(FileChannel.open(trace, StandardOpenOption.APPEND));
  }

  /// Appends one mark, after all that the recorded process did before it answered.
  public void mark(byte[] bytes) throws IOException {
    ByteBuffer record = FlushTrace.markRecord(bytes);
    if (trace.write(record) < record.capacity()) {
      throw new IOException("The trace took only a part of a mark");
    }
  }

  @Override
  public void close() throws IOException {
    trace.close();
  }
}
