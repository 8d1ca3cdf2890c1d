package dev.onceonly.sdk.internal.http;

import java.util.concurrent.TimeoutException;

/// A request that has waited for a connection of its own client until its time was over: it was
/// never sent.
public final class NoConnectionException extends TimeoutException {
  private static final long serialVersionUID = 1L;

  NoConnectionException(int connections) {
    super("all " + connections + " connections (maxConnections) were in use");
  }
}
