package dev.onceonly.bench;

import java.net.InetSocketAddress;

/// Where a server listens, and the API key that it knows.
record Endpoint(String host, int port, String apiKey) {
  InetSocketAddress address() {
    return new InetSocketAddress(host, port);
  }

  @Override
  public String toString() {
    // Without the key: no secret reaches a log line.
    return host + ":" + port;
  }
}
