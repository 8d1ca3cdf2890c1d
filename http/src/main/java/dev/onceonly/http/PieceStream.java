package dev.onceonly.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.function.Supplier;

/// Takes an answer's body, and sends it in pieces. Until the first piece is full nothing is sent,
/// so that what fails by then can still be another answer. The peer's time runs only while a piece
/// is sent: how long it takes to read the next one from the store is not the peer's doing. Used by
/// the connection's thread only.
final class PieceStream extends OutputStream {
  private final Pace pace;
  private final Supplier<OutputStream> begins;
  private final ByteArrayOutputStream piece = new ByteArrayOutputStream();
  private OutputStream out = nullOutputStream();
  private long written;
  private boolean started;
  private boolean lost;

  /// @param begins sends status and headers, and gives what takes the body
  PieceStream(Pace pace, Supplier<OutputStream> begins) {
    this.pace = pace;
    this.begins = begins;
  }

  /// Whether status and headers may be on their way.
  boolean isStarted() {
    return started;
  }

  /// Whether it was the peer that failed.
  boolean isLost() {
    return lost;
  }

  /// What was written, where nothing has been sent.
  byte[] unsent() {
    return piece.toByteArray();
  }

  /// Bytes of the body so far.
  long written() {
    return written;
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    int from = offset;
    int left = length;
    written += length;
    while (left > 0) {
      int taken = Math.min(left, HttpSettings.PIECE_BYTES - piece.size());
      piece.write(bytes, from, taken);
      from += taken;
      left -= taken;
      if (piece.size() == HttpSettings.PIECE_BYTES && left > 0) {
        send();
      }
    }
  }

  /// Sends the rest, and ends the body as a whole one.
  void end() {
    send();
    sending(out::close);
  }

  private void send() {
    sending(() -> {
      if (!started) {
        started = true;
        out = begins.get();
      }
      piece.writeTo(out);
      piece.reset();
    });
  }

  @FunctionalInterface
  private interface Sending {
    void run() throws IOException;
  }

  private void sending(Sending sends) {
    try {
      pace.answerGoesOn();
      sends.run();
      pace.answerPauses();
    } catch (ConnectionLost | IOException | UncheckedIOException gone) {
      lost = true;
      throw new ConnectionLost("the peer closed, or was too slow, before it had the whole answer");
    }
  }
}
