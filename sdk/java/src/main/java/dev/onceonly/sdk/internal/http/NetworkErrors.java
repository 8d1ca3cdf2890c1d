package dev.onceonly.sdk.internal.http;

import dev.onceonly.sdk.error.ErrorFacts;
import dev.onceonly.sdk.error.NetworkException;
import dev.onceonly.sdk.error.OnceOnlyException;
import dev.onceonly.sdk.error.RequestTimeoutException;
import dev.onceonly.sdk.transport.Transport;
import dev.onceonly.sdk.transport.TransportRequest;
import java.math.BigDecimal;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Attempts without a whole answer, as exceptions that name the address and the proxy. Immutable.
final class NetworkErrors {
  private final Transport transport;

  private final Redaction redaction;

  NetworkErrors(Transport transport, Redaction redaction) {
    this.transport = transport;
    this.redaction = redaction;
  }

  /// The error for the reason why an attempt has no answer.
  Throwable of(Throwable cause, TransportRequest request) {
    if (isFinal(cause)) {
      return cause;
    }
    String address = address(request.uri());
    String proxy = transport.proxy(request.uri());
    String through = proxy == null ? "" : " through the proxy " + proxy;
    if (cause instanceof TimeoutException || cause instanceof HttpTimeoutException) {
      String why = cause instanceof NoConnectionException ? ": " + cause.getMessage() : "";
      return new RequestTimeoutException(
          "no answer from %s%s within %s s%s"
              .formatted(address, through, seconds(request.timeout()), why),
          cause,
          ErrorFacts.NONE);
    }
    return new NetworkException(
        "can't reach " + address + through + ": " + redaction.of(reason(cause)),
        redaction.cause(cause),
        ErrorFacts.NONE);
  }

  /// Whether it is an error that no other attempt mends: the call has been ended from outside, the
  /// virtual machine fails, or something is wrong here and not on the way.
  static boolean isFinal(Throwable cause) {
    return cause instanceof CancellationException
        || cause instanceof OnceOnlyException
        || cause instanceof Error
        || (cause instanceof RuntimeException && !(cause instanceof UnresolvedAddressException));
  }

  private static String address(URI uri) {
    int port = uri.getPort();
    if (port < 0) {
      port = "https".equals(uri.getScheme()) ? 443 : 80;
    }
    return uri.getScheme() + "://" + uri.getHost() + ":" + port;
  }

  private static String seconds(Duration duration) {
    return BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString();
  }

  private static String reason(Throwable cause) {
    if (isUnknownHost(cause)) {
      return "unknown host";
    }
    String text = cause.getMessage();
    if (text != null && !text.isBlank()) {
      return cause.getClass().getSimpleName() + ": " + text;
    }
    // The JDK's client says no more than that.
    return cause instanceof ConnectException
        ? "connection refused"
        : cause.getClass().getSimpleName();
  }

  private static boolean isUnknownHost(@Nullable Throwable cause) {
    for (Throwable error = cause; error != null; error = error.getCause()) {
      if (error instanceof UnresolvedAddressException || error instanceof UnknownHostException) {
        return true;
      }
    }
    return false;
  }
}
