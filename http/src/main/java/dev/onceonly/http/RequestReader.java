package dev.onceonly.http;

import io.helidon.common.buffers.DataReader;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Helidon's reader, with what it leaves out of a request: how many header lines there may be (each
/// becomes an object of some hundred bytes, however short), and the method as it was written, which
/// Helidon takes for upper case. Used by the connection's thread only.
final class RequestReader extends DataReader {
  /// What a header line costs beside its bytes: its name, its value, its place in a table.
  private static final int LINE_BYTES = 160;

  private final LongConsumer takes;
  private boolean inHeaders = true;
  private int lines;
  private @Nullable String oddMethod;

  /// @param takes memory for a line, or throws what answers that there is none
  // The other way to make one is a factory, which can't be extended.
  @SuppressWarnings("removal")
  RequestReader(Supplier<byte[]> bytes, LongConsumer takes) {
    super(bytes);
    this.takes = takes;
  }

  /// The headers are read: from here on lines are the body's.
  void headersEnded() {
    inHeaders = false;
  }

  /// The next line is a request's first.
  void requestEnded() {
    inHeaders = true;
    lines = 0;
    oddMethod = null;
  }

  /// The method as it was written where that is not how Helidon tells it; else null.
  @Nullable String oddMethod() {
    return oddMethod;
  }

  /// @throws IllegalStateException which Helidon answers as headers that are too large
  @Override
  public int findNewLine(int max) throws IncorrectNewLineException {
    if (inHeaders) {
      lines++;
      if (lines > HttpSettings.HEADER_LINES_MAX + 1) {
        throw new IllegalStateException(FrameworkErrors.HEADERS_TOO_LARGE);
      }
      takes.accept(LINE_BYTES);
    }
    return super.findNewLine(max);
  }

  @Override
  public byte[] readBytes(int length) {
    byte[] bytes = super.readBytes(length);
    if (inHeaders && lines == 1 && oddMethod == null) {
      oddMethod = lowerCaseMethod(bytes);
    }
    return bytes;
  }

  // Methods are compared with their case; Helidon's upper-case form would make GET of get.
  private static @Nullable String lowerCaseMethod(byte[] requestLine) {
    boolean lower = false;
    for (int i = 0; i < requestLine.length; i++) {
      byte b = requestLine[i];
      if (b == ' ') {
        return lower ? new String(requestLine, 0, i, StandardCharsets.US_ASCII) : null;
      }
      lower |= b >= 'a' && b <= 'z';
    }
    return null;
  }
}
