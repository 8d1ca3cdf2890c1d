package dev.onceonly.http;

import dev.onceonly.http.memory.MemoryBudget;
import dev.onceonly.http.tls.ServerTls;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Where the server listens and what it bounds.
///
/// @param port 0 takes a free one
/// @param budget what connections and requests may hold of the heap
/// @param tls null where it speaks plain HTTP
public record HttpSettings(
    String host, int port, MemoryBudget budget, Timeouts timeouts, @Nullable ServerTls tls) {
  public static final int REQUEST_LINE_BYTES_MAX = 16 * 1024;
  public static final int HEADER_BYTES_MAX = 32 * 1024;

  /// Of an answer that is written while it is sent: what is shorter has its length in front, the
  /// rest goes in chunks of about this size.
  static final int PIECE_BYTES = 16 * 1024;

  /// Of one request, the request line not counted: each costs more than its bytes.
  public static final int HEADER_LINES_MAX = 200;

  /// What is left of a refused body is read and thrown away up to this size, so that the connection
  /// can be used again; of who has shown a key, up to a usual body's.
  static final int DISCARDED_BYTES_MAX = 16 * 1024;

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
  }

  public static HttpSettings on(String host, int port) {
    return new HttpSettings(
        host, port, MemoryBudget.ofHeap(Runtime.getRuntime().maxMemory()), Timeouts.DEFAULT, null);
  }

  public HttpSettings withTimeouts(Timeouts changed) {
    return new HttpSettings(host, port, budget, changed, tls);
  }

  public HttpSettings withTls(@Nullable ServerTls changed) {
    return new HttpSettings(host, port, budget, timeouts, changed);
  }

  public HttpSettings withBudget(MemoryBudget changed) {
    return new HttpSettings(host, port, changed, timeouts, tls);
  }
}
