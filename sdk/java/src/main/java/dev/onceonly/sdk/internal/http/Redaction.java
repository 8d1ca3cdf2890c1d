package dev.onceonly.sdk.internal.http;

import dev.onceonly.sdk.transport.TransportAnswer;
import org.jspecify.annotations.Nullable;

/// Texts of others without the API key: a proxy or a transport may repeat what it was sent.
/// Immutable.
final class Redaction {
  private static final String INSTEAD = "[API key]";

  private final String secret;

  Redaction(String secret) {
    this.secret = secret;
  }

  String of(String text) {
    return text.replace(secret, INSTEAD);
  }

  /// An answer that says no, whose words become an error's.
  TransportAnswer of(TransportAnswer answer) {
    boolean isTold = answer.statusCode() < 200 || answer.statusCode() >= 300;
    return isTold && answer.body().contains(secret)
        ? new TransportAnswer(answer.statusCode(), answer.headers(), of(answer.body()))
        : answer;
  }

  /// The cause of an error, unless it would show the key with its stack.
  @Nullable Throwable cause(Throwable cause) {
    for (Throwable at = cause; at != null; at = at.getCause()) {
      if (String.valueOf(at.getMessage()).contains(secret)) {
        return null;
      }
    }
    return cause;
  }
}
