package dev.onceonly.sdk.transport;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// One attempt at one request. The client keeps time, retries, and reads answers; a transport only
/// carries them, so a function does for tests. Must be safe to use from many threads.
@FunctionalInterface
public interface Transport {
  /// Sends the request and gives its whole answer, whatever its status. The future fails with the
  /// reason when no whole answer comes; a [java.net.ConnectException] as that reason says that
  /// nothing was sent, and a [ConnectionLostException] that a used connection was dead. The client
  /// cancels the future when it no longer wants the answer, and the transport should then give up
  /// the connection.
  CompletableFuture<TransportAnswer> send(TransportRequest request);

  /// Does the same in the caller's thread, within the request's timeout. An interrupt gives up the
  /// connection. A transport that can save hops between threads overrides it.
  ///
  /// @throws IOException the reason when no whole answer comes
  /// @throws TimeoutException when none comes in time
  /// @throws InterruptedException when the thread is interrupted
  default TransportAnswer sendHere(TransportRequest request)
      throws IOException, InterruptedException, TimeoutException {
    CompletableFuture<TransportAnswer> answer = send(request);
    try {
      return answer.get(request.timeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException | TimeoutException e) {
      answer.cancel(true);
      throw e;
    } catch (CancellationException e) {
      throw new IOException("the transport has given up", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      if (cause instanceof Error error) {
        throw error;
      }
      throw cause instanceof IOException failure ? failure : new IOException(cause);
    }
  }

  /// The proxy, as `host:port`, through which requests to an address go; null for none, or when the
  /// transport can't tell. Errors name it.
  default @Nullable String proxy(URI uri) {
    return null;
  }
}
