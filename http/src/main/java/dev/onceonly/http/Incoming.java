package dev.onceonly.http;

/// A request as the wire has it, its body not yet read.
interface Incoming {
  Request.Target target();

  Request.Headers headers();

  /// The address that the connection comes from, as digits.
  String peerAddress();

  /// Whether a body of at least one byte was announced.
  boolean hasBody();

  /// Reads the whole body.
  ///
  /// @throws dev.onceonly.core.Failure `BODY_TOO_LARGE` as soon as it is known to be longer,
  ///   `BAD_REQUEST` where it ends early or is garbled
  byte[] body(int bytesMax);
}
