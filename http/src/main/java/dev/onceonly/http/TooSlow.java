package dev.onceonly.http;

import java.nio.charset.StandardCharsets;

/// The answer to a peer that doesn't get done with its request. Written to the socket beside
/// Helidon, whose thread hangs in a read.
final class TooSlow {
  private TooSlow() {}

  static byte[] answer() {
    String body = "{\"detail\":\"Request Timeout\"}";
    String head =
        "HTTP/1.1 408 Request Timeout\r\nContent-Type: application/json\r\nConnection: close\r\n";
    String length = "Content-Length: " + body.length() + "\r\n";
    String id = RequestIds.HEADER + ": " + RequestIds.random() + "\r\n\r\n";
    return (head + length + id + body).getBytes(StandardCharsets.US_ASCII);
  }
}
