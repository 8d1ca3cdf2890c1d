package dev.onceonly.http;

/// The peer went away, or was too slow, before its request had been read.
final class ConnectionLost extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ConnectionLost(String why) {
    super(why, null, false, false);
  }
}
