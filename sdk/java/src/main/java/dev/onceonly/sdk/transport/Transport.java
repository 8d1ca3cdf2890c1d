package dev.onceonly.sdk.transport;

import java.util.concurrent.CompletableFuture;

/// One attempt at one request. The client keeps time, retries, and reads answers; a transport only
/// carries them, so a function does for tests. Must be safe to use from many threads.
@FunctionalInterface
public interface Transport {
  /// Sends the request and gives its whole answer, whatever its status. The future fails with the
  /// reason when no whole answer comes; a [java.net.ConnectException] as that reason says that
  /// nothing was sent. The client cancels the future when it no longer wants the answer, and the
  /// transport should then give up the connection.
  CompletableFuture<TransportAnswer> send(TransportRequest request);
}
