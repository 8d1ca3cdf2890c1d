package dev.onceonly.http;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.function.LongPredicate;

/// Bytes to and from a peer, encrypted or not. One thread reads; any may write or end it.
interface Link {
  /// Whether nobody in between can read it.
  boolean isSecure();

  /// Where the peer is.
  SocketAddress remote();

  /// Waits for bytes.
  ///
  /// @return how many were put at the buffer's start, at least 1; -1 where the peer has ended its
  ///   side
  int read(byte[] buffer) throws IOException;

  /// As [#read], so long at most.
  ///
  /// @throws java.net.SocketTimeoutException where nothing has come; nothing is lost
  int readWithin(byte[] buffer, int timeoutMs) throws IOException;

  /// Writes all of it.
  void write(ByteBuffer bytes) throws IOException;

  /// Gives what is asked before more memory is held than every connection has.
  ///
  /// @param takes whether so many bytes more may be held until the request's end
  void room(LongPredicate takes);

  /// What is held for a request has been given back.
  void requestEnded();

  /// Whether [#endOutput()] says something that the peer waits for.
  boolean saysEnd();

  boolean isOpen();

  /// Says that nothing more will be written.
  void endOutput() throws IOException;

  /// Closes both sides, also under a thread that reads or writes, and waits for nobody. A second
  /// time it does nothing.
  void end();
}
