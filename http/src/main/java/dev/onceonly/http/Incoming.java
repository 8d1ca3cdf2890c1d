package dev.onceonly.http;

import dev.onceonly.http.memory.Holding;

/// A request as the wire has it, its body not yet read.
interface Incoming {
  Request.Target target();

  Request.Headers headers();

  /// A valid key was shown.
  ///
  /// @throws dev.onceonly.core.Failure `OVERLOADED` where too many connections have one, or their
  ///   requests hold as much memory as they may
  void admitted();

  /// What the request holds of the memory budget, until it has been answered.
  Holding holding();

  /// Holds memory for an answer to what was only read. Who has shown no key may have it of other
  /// strangers, which are ended for it.
  ///
  /// @throws dev.onceonly.core.Failure `OVERLOADED` where there is no room
  void takeForAnswer(long bytes);

  /// The address that the connection comes from, as digits.
  String peerAddress();

  /// Whether a body of at least one byte was announced.
  boolean hasBody();

  /// Reads the whole body. It takes memory as it comes, and none for what is only announced.
  ///
  /// @throws dev.onceonly.core.Failure `BODY_TOO_LARGE` as soon as it is known to be longer,
  ///   `BAD_REQUEST` where it ends early or is garbled, `OVERLOADED` where there is no memory for
  ///   it
  byte[] body(int bytesMax);
}
