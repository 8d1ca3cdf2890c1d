package dev.onceonly.http;

import java.time.Duration;

/// Where the server listens and what it bounds.
///
/// @param port 0 takes a free one
/// @param connectionsMax further ones wait in the kernel's queue until another ends
public record HttpSettings(String host, int port, int connectionsMax, Timeouts timeouts) {
  public static final int REQUEST_LINE_BYTES_MAX = 16 * 1024;
  public static final int HEADER_BYTES_MAX = 32 * 1024;

  /// Of an answer that is written while it is sent: what is shorter has its length in front, the
  /// rest goes in chunks of about this size.
  static final int PIECE_BYTES = 16 * 1024;

  public static final int CONNECTIONS_MAX = 10_000;

  /// How long a connection may take, each from start to end and not from byte to byte: a peer that
  /// sends one byte a second is closed too. Past a bound it is closed without an answer.
  ///
  /// @param headers from a request's first byte (or the connection's start) to its last header
  /// @param body from the first read of the body to its last byte
  /// @param answer until the peer has taken an answer
  /// @param idle between two requests
  /// @param grace what requests in flight get when the server stops
  public record Timeouts(
      Duration headers, Duration body, Duration answer, Duration idle, Duration grace) {
    public static final Timeouts DEFAULT =
        new Timeouts(
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofSeconds(75),
            Duration.ofSeconds(10));
  }

  public HttpSettings {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port is 0 to 65535, was " + port);
    }
    if (connectionsMax < 1) {
      throw new IllegalArgumentException("connectionsMax is at least 1, was " + connectionsMax);
    }
  }

  public static HttpSettings on(String host, int port) {
    return new HttpSettings(host, port, CONNECTIONS_MAX, Timeouts.DEFAULT);
  }

  public HttpSettings withTimeouts(Timeouts changed) {
    return new HttpSettings(host, port, connectionsMax, changed);
  }

  public HttpSettings withConnectionsMax(int changed) {
    return new HttpSettings(host, port, changed, timeouts);
  }
}
