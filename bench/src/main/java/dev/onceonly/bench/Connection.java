package dev.onceonly.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ProtocolException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/// One kept-alive connection with at most one request in flight. A connection that the server
/// closes is opened again; a request that was in flight then is a fault. Not thread-safe.
final class Connection {
  private final Endpoint endpoint;
  private final Selector selector;
  private final Script script;
  private final Response response = new Response();
  private SocketChannel channel;
  private SelectionKey key;
  private ByteBuffer request = ByteBuffer.allocate(0);
  private boolean inFlight;
  private long startedNs;
  private String fault = "";

  Connection(Endpoint endpoint, Selector selector, Script script) throws IOException {
    this.endpoint = endpoint;
    this.selector = selector;
    this.script = script;
    channel = connect(endpoint);
    key = channel.register(selector, SelectionKey.OP_READ, this);
  }

  private static SocketChannel connect(Endpoint endpoint) throws IOException {
    SocketChannel channel = SocketChannel.open(endpoint.address());
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    return channel;
  }

  /// The instant from which the latency of the request in flight counts.
  long startedNs() {
    return startedNs;
  }

  /// What was wrong with the last request's answer; empty if it was right.
  String fault() {
    return fault;
  }

  /// Sends the script's next request. Its latency counts from `startedNs`, which may lie in the
  /// past.
  void send(long startedNs) {
    this.startedNs = startedNs;
    inFlight = true;
    request = script.next();
    try {
      write();
    } catch (IOException e) {
      // The next read meets the same end, and reports it.
      request.position(request.limit());
    }
  }

  private void write() throws IOException {
    channel.write(request);
    if (request.hasRemaining()) {
      key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }
  }

  /// Does what the selector says can be done. Returns whether a request came to its end, right or
  /// wrong.
  boolean advance() {
    try {
      if (key.isWritable()) {
        key.interestOps(SelectionKey.OP_READ);
        write();
      }
      return key.isReadable() && read();
    } catch (IOException e) {
      return broken(String.valueOf(e.getMessage()));
    }
  }

  private boolean read() throws IOException {
    int count = channel.read(response.space());
    if (count < 0) {
      return broken("the server closed the connection before it answered");
    }
    if (!inFlight) {
      // Not a fault of any request: the measurement as a whole is void.
      throw new UncheckedIOException(new ProtocolException("bytes that nobody asked for"));
    }
    if (!response.isWhole()) {
      return false;
    }
    inFlight = false;
    fault = script.accepts(response) ? "" : response.describe();
    boolean closing = response.isClosing();
    response.clear();
    if (closing) {
      reopen();
    }
    return true;
  }

  private boolean broken(String reason) {
    boolean wasInFlight = inFlight;
    inFlight = false;
    response.clear();
    if (wasInFlight) {
      fault = reason;
      script.lost();
    }
    reopen();
    return wasInFlight;
  }

  private void reopen() {
    try {
      channel.close();
      channel = connect(endpoint);
      key = channel.register(selector, SelectionKey.OP_READ, this);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot connect to " + endpoint + " again", e);
    }
  }

  void close() throws IOException {
    channel.close();
  }
}
