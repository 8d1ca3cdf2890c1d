package dev.onceonly.bench;

import java.nio.ByteBuffer;

/// What one connection asks, request by request, and what it must be answered. Used by one thread,
/// in turns: a request, then its answer or its loss.
interface Script {
  /// The next request; its bytes stay as they are until the turn ends.
  ByteBuffer next();

  /// Whether this is the right answer to the last request.
  boolean accepts(Response response);

  /// The last request will not be answered; nobody knows whether it was carried out.
  default void lost() {}
}
