package dev.onceonly.http;

import dev.onceonly.http.memory.Holding;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.PeerInfo;
import io.helidon.http.DirectHandler;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.Router;
import io.helidon.webserver.ServerConnectionException;
import java.io.UncheckedIOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.LockSupport;

/// What Helidon knows of a connection: its reader, which tells the [Pace] when bytes come and holds
/// memory for those that wait to be understood, its writer, and our routing.
final class PacedContext implements ConnectionContext {
  /// What an array of bytes and its place in the reader's list take beside the bytes themselves: a
  /// peer may send them one by one.
  private static final int PIECE_BYTES = 64;

  // Two seconds: on a busy machine that thread takes a while to come, and looking away sooner would
  // end the next one too.
  private static final int FREED_LOOKS_MAX = 2_000;
  private static final long FREED_PAUSE_NANOS = 1_000_000;

  private final Wire wire;
  private final Pace pace;
  private final Holding holding;
  private final Place place;
  private final Surroundings surroundings;
  private final RequestReader reader;
  private long bodyBytesLeft;
  private boolean keyed;
  private boolean holdsLarge;
  private boolean peerEnded;
  private volatile boolean ending;

  /// What all connections of a server share.
  record Surroundings(ListenerContext listener, Router router) {}

  /// A connection's place among the others.
  interface Place {
    /// A valid key was shown on it.
    ///
    /// @throws dev.onceonly.core.Failure `OVERLOADED` where there are too many of those
    void keyed();

    /// Ends the oldest connection that has not shown a key or is not done with its headers.
    ///
    /// @return false where there is none but this one
    boolean makeRoom();
  }

  PacedContext(Wire wire, Pace pace, Holding holding, Place place, Surroundings surroundings) {
    this.wire = wire;
    this.pace = pace;
    this.holding = holding;
    this.place = place;
    this.surroundings = surroundings;
    this.reader = new RequestReader(this::nextBytes, this::takeForHeaders);
    wire.room(this::tryTake);
  }

  Pace pace() {
    return pace;
  }

  Holding holding() {
    return holding;
  }

  /// A valid key was shown: its place and what it holds are no stranger's any more.
  ///
  /// @throws dev.onceonly.core.Failure `OVERLOADED` where there is no room for it
  void admitted() {
    place.keyed();
    holding.admitted();
    keyed = true;
  }

  /// Whether a valid key has been shown on this connection.
  boolean isKeyed() {
    return keyed;
  }

  /// A request's headers have been read.
  void headersEnded() {
    reader.headersEnded();
  }

  /// A body comes in at most so many bytes on the wire; 0 where it has come.
  void bodyStarts(long bytesMax) {
    bodyBytesLeft = bytesMax;
  }

  /// The answer is sent.
  ///
  /// @return false where there is no room for what the peer has sent of its next requests already;
  ///   it has been told so, and the connection is to be ended
  boolean requestEnded() {
    holding.end();
    reader.requestEnded();
    wire.requestEnded();
    holdsLarge = false;
    int sentAhead = reader.available();
    if (sentAhead > 0 && !tryTake((long) sentAhead + PIECE_BYTES)) {
      wire.writeNow(BufferData.create(Farewell.overloaded()));
      return false;
    }
    return true;
  }

  /// No request is read from it any more.
  void discard() {
    reader.skip(reader.available());
    holding.end();
    holdsLarge = false;
  }

  /// The next answer is the last one.
  void drain() {
    ending = true;
  }

  /// The next answer is the last one, and a peer that asks for nothing is not waited for long.
  void end() {
    ending = true;
    pace.hurry();
  }

  /// Whether the connection is not to be used after the answer under way.
  boolean isEnding() {
    return ending;
  }

  /// Whether the peer has said that nothing more will come.
  boolean peerEnded() {
    return peerEnded;
  }

  // Null at the end of the stream is what Helidon's reader expects.
  @SuppressWarnings("NullAway")
  private byte[] nextBytes() {
    try {
      // Who holds more is ended to make room, and that room is needed soon.
      boolean inTheWay = !keyed && holding.takenBytes() > 0;
      boolean large = readsLarge();
      byte[] bytes = inTheWay ? wire.readUnless(large, pace::isEnded) : wire.read(large);
      if (bytes == null) {
        peerEnded = true;
      } else if (pace.isEnded()) {
        throw new ConnectionLost("the connection was ended");
      } else {
        pace.bytesCame();
        hold(bytes.length);
      }
      return bytes;
    } catch (ConnectionLost late) {
      peerEnded = true;
      throw new CloseConnectionException("the peer was too slow", late);
    } catch (UncheckedIOException e) {
      peerEnded = true;
      throw new ServerConnectionException("reading from the socket failed", e);
    }
  }

  // The large buffer is held before it is made; where there is no room, the small one does.
  private boolean readsLarge() {
    if (wire.hasMore() && holding.takenBytes() > 0 && !holdsLarge) {
      holdsLarge = holding.tryTake(Wire.LARGE_BYTES);
    }
    return holdsLarge && wire.hasMore();
  }

  private void hold(int length) {
    if (pace.isReadingHeaders()) {
      takeForHeaders((long) length + PIECE_BYTES);
    } else if (bodyBytesLeft > 0) {
      bodyBytesLeft -= length;
      if (bodyBytesLeft <= 0) {
        throw RequestException.builder()
            .type(DirectHandler.EventType.BAD_REQUEST)
            .status(Status.REQUEST_ENTITY_TOO_LARGE_413)
            .message("the body is too large")
            .build();
      }
      holding.take(length + PIECE_BYTES);
    }
  }

  private void takeForHeaders(long bytes) {
    if (!tryTake(bytes)) {
      throw overloaded();
    }
  }

  /// Holds more, for which other strangers are ended if this is one.
  ///
  /// @return false where there is no room all the same
  boolean tryTake(long bytes) {
    while (!holding.tryTake(bytes)) {
      if (!holding.isStranger() || !place.makeRoom()) {
        return false;
      }
      awaitFreed(bytes);
    }
    return true;
  }

  // Who is ended gives back what it holds in its own thread, a moment later.
  private void awaitFreed(long bytes) {
    for (int looks = 0; looks < FREED_LOOKS_MAX; looks++) {
      if (holding.hasRoomFor(bytes)) {
        return;
      }
      LockSupport.parkNanos(this, FREED_PAUSE_NANOS);
    }
  }

  private static RequestException overloaded() {
    return RequestException.builder()
        .type(DirectHandler.EventType.OTHER)
        .status(Status.TOO_MANY_REQUESTS_429)
        .message("overloaded")
        .build();
  }

  @Override
  public RequestReader dataReader() {
    return reader;
  }

  @Override
  public DataWriter dataWriter() {
    return wire;
  }

  @Override
  public ListenerContext listenerContext() {
    return surroundings.listener();
  }

  @Override
  public ExecutorService executor() {
    return surroundings.listener().executor();
  }

  @Override
  public Router router() {
    return surroundings.router();
  }

  @Override
  public PeerInfo remotePeer() {
    return new Peer(wire.remote());
  }

  // Nobody asks; every connection has the same.
  @Override
  public PeerInfo localPeer() {
    return remotePeer();
  }

  @Override
  public boolean isSecure() {
    return wire.isSecure();
  }

  @Override
  public String socketId() {
    return "http";
  }

  @Override
  public String childSocketId() {
    return wire.remote().toString();
  }
}
