package dev.onceonly.sdk.transport;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A connection that had carried an answer before has ended before a byte of this one came, as far
/// as the transport can tell: the server has closed an idle connection just when it was used again.
/// The client then repeats the attempt once, so the transport should take a fresh connection.
public final class ConnectionLostException extends IOException {
  private static final long serialVersionUID = 1L;

  /// An error with what the connection ended in.
  public ConnectionLostException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
