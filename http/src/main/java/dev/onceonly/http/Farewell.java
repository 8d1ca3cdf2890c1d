package dev.onceonly.http;

import java.nio.charset.StandardCharsets;

/// The last answer to a peer that is not done with its request. Written to the socket beside
/// Helidon, whose thread hangs in a read.
final class Farewell {
  private Farewell() {}

  /// It took too long.
  static byte[] tooSlow() {
    return answer("408 Request Timeout", "", "{\"detail\":\"Request Timeout\"}");
  }

  /// Its place was needed. Not a bare end, on which published clients go ahead unprotected.
  static byte[] overloaded() {
    String retryAfter = "Retry-After: 1\r\n";
    return answer("429 Too Many Requests", retryAfter, "{\"detail\":{\"error\":\"overloaded\"}}");
  }

  private static byte[] answer(String status, String more, String body) {
    String head =
        "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nConnection: close\r\n";
    String length = "Content-Length: " + body.length() + "\r\n";
    String id = RequestIds.HEADER + ": " + RequestIds.random() + "\r\n\r\n";
    return (head + more + length + id + body).getBytes(StandardCharsets.US_ASCII);
  }
}
