package dev.onceonly.http;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongPredicate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/// A socket with TLS on it. The handshake belongs to the first read, so it has the time of the
/// first request's headers, and who hangs in it is a stranger like any other. An idle connection
/// keeps a small buffer; what a longer record needs is asked for, and dropped with it.
final class TlsLink implements Link {
  /// A client's handshake fits nearly always, and a small request.
  private static final int SMALL_BYTES = 4 * 1_024;

  /// Of what a client may send before the handshake is over; they take about 2 KiB.
  private static final int HANDSHAKE_BYTES_MAX = 32 * 1_024;

  private static final int RECORD_HEADER_BYTES = 5;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final PlainLink socket;
  private final SSLEngine engine;
  private final ReentrantLock writing = new ReentrantLock();

  // Used by the reading thread only: what has come and is not decrypted, and what is and not read.
  private byte[] net = new byte[0];
  private int netFrom;
  private int netTo;
  private ByteBuffer plain = NOTHING;
  private boolean large;
  private boolean counted;
  private long handshakeBytes;
  private LongPredicate takes = _ -> true;

  private volatile boolean ready;

  /// Says nothing before the first read.
  TlsLink(PlainLink socket, SSLEngine engine) {
    this.socket = socket;
    this.engine = engine;
  }

  @Override
  public boolean isSecure() {
    return true;
  }

  @Override
  public SocketAddress remote() {
    return socket.remote();
  }

  @Override
  public int read(byte[] buffer) throws IOException {
    return readWithin(buffer, 0);
  }

  @Override
  public int readWithin(byte[] buffer, int timeoutMs) throws IOException {
    if (!ready) {
      shakeHands();
    }
    count();
    while (!plain.hasRemaining()) {
      ByteBuffer out = ByteBuffer.wrap(buffer);
      SSLEngineResult result = unwrap(out);
      switch (result.getStatus()) {
        case BUFFER_UNDERFLOW -> {
          if (!fill(timeoutMs)) {
            return -1;
          }
        }
        case BUFFER_OVERFLOW -> {
          if (!unwrapAside(timeoutMs)) {
            return -1;
          }
        }
        case CLOSED -> {
          return -1;
        }
        case OK -> {
          goOn(result.getHandshakeStatus());
          if (out.position() > 0) {
            return out.position();
          }
        }
      }
    }
    int length = Math.min(buffer.length, plain.remaining());
    plain.get(buffer, 0, length);
    if (!plain.hasRemaining()) {
      plain = NOTHING;
    }
    return length;
  }

  // A record that is longer than the reader's buffer. The engine says so before all of it has come;
  // false where it never does.
  private boolean unwrapAside(int timeoutMs) throws IOException {
    while (netTo - netFrom < RECORD_HEADER_BYTES || netTo - netFrom < recordBytes()) {
      if (!fill(timeoutMs)) {
        return false;
      }
    }
    ByteBuffer out = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
    SSLEngineResult result = unwrap(out);
    if (result.getStatus() != SSLEngineResult.Status.OK) {
      throw new SSLException("a record can't be decrypted: " + result.getStatus());
    }
    goOn(result.getHandshakeStatus());
    plain = out.flip();
    return true;
  }

  // The last two bytes of a record's header are the length of what follows it.
  private int recordBytes() {
    int high = net[netFrom + RECORD_HEADER_BYTES - 2] & 0xff;
    int low = net[netFrom + RECORD_HEADER_BYTES - 1] & 0xff;
    return RECORD_HEADER_BYTES + (high << Byte.SIZE) + low;
  }

  private SSLEngineResult unwrap(ByteBuffer out) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(net, netFrom, netTo - netFrom);
    try {
      return engine.unwrap(in, out);
    } catch (SSLException refused) {
      sayWhy();
      throw refused;
    } catch (RuntimeException unforeseen) {
      throw new SSLException("what has come was not understood", unforeseen);
    } finally {
      netFrom = in.position();
    }
  }

  // What the engine has to say to a peer that is refused, such as that it speaks no TLS.
  private void sayWhy() throws IOException {
    if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
      wrap(NOTHING.duplicate());
    }
  }

  /// After the handshake a peer may still change its keys, which is answered. A new handshake on
  /// the old connection (TLS 1.2) is work for nothing, and refused.
  private void goOn(HandshakeStatus status) throws IOException {
    HandshakeStatus now = status;
    while (now == HandshakeStatus.NEED_WRAP) {
      wrap(NOTHING.duplicate());
      now = engine.getHandshakeStatus();
    }
    if (now == HandshakeStatus.NEED_TASK) {
      throw new SSLException("a second handshake is refused");
    }
  }

  private void shakeHands() throws IOException {
    engine.beginHandshake();
    HandshakeStatus status = engine.getHandshakeStatus();
    while (status != HandshakeStatus.NOT_HANDSHAKING) {
      switch (status) {
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          SSLEngineResult result = unwrap(NOTHING.duplicate());
          boolean ended =
              switch (result.getStatus()) {
                case BUFFER_UNDERFLOW -> !fill(0);
                case CLOSED, BUFFER_OVERFLOW -> true;
                case OK -> false;
              };
          if (ended || handshakeBytes > HANDSHAKE_BYTES_MAX) {
            throw new EOFException("the peer has not shaken hands");
          }
        }
        case NEED_WRAP -> wrap(NOTHING.duplicate());
        case NEED_TASK -> {
          for (Runnable task = engine.getDelegatedTask();
              task != null;
              task = engine.getDelegatedTask()) {
            task.run();
          }
        }
        case FINISHED, NOT_HANDSHAKING -> {
          // Looked at below.
        }
      }
      status = engine.getHandshakeStatus();
    }
    ready = true;
  }

  // Reads more of a record; false at the end of the stream.
  private boolean fill(int timeoutMs) throws IOException {
    if (netFrom == netTo) {
      netFrom = 0;
      netTo = 0;
      if (net.length != SMALL_BYTES) {
        net = new byte[SMALL_BYTES];
        large = false;
      }
    } else if (netFrom > 0) {
      net = Arrays.copyOfRange(net, netFrom, netFrom + net.length);
      netTo -= netFrom;
      netFrom = 0;
    }
    if (netTo == net.length) {
      grow();
    }
    int length =
        timeoutMs == 0 ? socket.read(net, netTo) : socket.readWithin(net, netTo, timeoutMs);
    if (length < 0) {
      return false;
    }
    netTo += length;
    if (!ready) {
      handshakeBytes += length;
    }
    return true;
  }

  private void grow() throws IOException {
    int bytes = engine.getSession().getPacketBufferSize();
    if (net.length >= bytes) {
      throw new SSLException("a record is too long");
    }
    large = true;
    count();
    net = Arrays.copyOf(net, bytes);
  }

  // A long record is there twice for a moment, encrypted and not.
  private void count() throws IOException {
    if (large && !counted) {
      if (!takes.test(2L * engine.getSession().getPacketBufferSize())) {
        throw new IOException("there is no room for a long record");
      }
      counted = true;
    }
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    if (!ready) {
      throw new IOException("the peer has not shaken hands");
    }
    while (bytes.hasRemaining()) {
      wrap(bytes);
    }
  }

  private void wrap(ByteBuffer bytes) throws IOException {
    writing.lock();
    try {
      ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
      SSLEngineResult result = engine.wrap(bytes, out);
      if (result.getStatus() == SSLEngineResult.Status.CLOSED && out.position() == 0) {
        throw new IOException("the connection was ended");
      }
      // A peer may take its time: what it waits for is kept, and not the room around it.
      socket.write(ByteBuffer.wrap(Arrays.copyOf(out.array(), out.position())));
    } finally {
      writing.unlock();
    }
  }

  @Override
  public void room(LongPredicate askedFor) {
    takes = askedFor;
  }

  @Override
  public void requestEnded() {
    counted = false;
  }

  @Override
  public boolean saysEnd() {
    return ready;
  }

  @Override
  public boolean isOpen() {
    return socket.isOpen();
  }

  @Override
  public void endOutput() throws IOException {
    writing.lock();
    try {
      if (ready && !engine.isOutboundDone()) {
        engine.closeOutbound();
        while (!engine.isOutboundDone()) {
          wrap(NOTHING.duplicate());
        }
      }
    } finally {
      writing.unlock();
    }
    socket.endOutput();
  }

  @Override
  public void end() {
    socket.end();
  }
}
