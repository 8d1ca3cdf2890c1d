package dev.onceonly.sdk.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// The JDK's own HTTP client: the default transport. Give it a client of your own for a proxy, a
/// trust store or an executor: `new JdkTransport(HttpClient.newBuilder()…build())`. Thread-safe.
public final class JdkTransport implements Transport, AutoCloseable {
  private volatile @Nullable HttpClient client;

  /// Sends by this client. It must not follow redirects: an API key would follow them too.
  public JdkTransport(HttpClient client) {
    if (client.followRedirects() != HttpClient.Redirect.NEVER) {
      throw new IllegalArgumentException("the HTTP client must not follow redirects");
    }
    this.client = client;
  }

  /// A transport with a connection pool of its own. It speaks HTTP/1.1: over HTTP/2 the JDK's
  /// client refuses calls beyond the server's number of streams instead of opening another
  /// connection.
  ///
  /// @param connectTimeout how long making a connection may take
  public static JdkTransport create(Duration connectTimeout) {
    return new JdkTransport(
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(connectTimeout)
            .build());
  }

  @Override
  public CompletableFuture<TransportAnswer> send(TransportRequest request) {
    HttpClient current = client;
    if (current == null) {
      return CompletableFuture.failedFuture(new IOException("the transport is closed"));
    }
    CompletableFuture<HttpResponse<String>> exchange =
        current.sendAsync(jdkRequest(current, request), BodyHandlers.ofString(UTF_8));
    CompletableFuture<TransportAnswer> answer = exchange.thenApply(JdkTransport::answer);
    // Cancelling what thenApply gives would not reach the exchange by itself.
    var unused =
        answer.whenComplete((value, error) -> {
          if (answer.isCancelled()) {
            exchange.cancel(true);
          }
        });
    return answer;
  }

  /// Lets go of the connection pool; its connections end when they have been idle for a while.
  @Override
  public void close() {
    client = null;
  }

  private static HttpRequest jdkRequest(HttpClient client, TransportRequest request) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(request.uri()).method(request.method(), body(client, request));
    if ("http".equals(request.uri().getScheme())) {
      // Without TLS there is no ALPN, and the JDK would ask for an upgrade to HTTP/2 in a header.
      builder.version(HttpClient.Version.HTTP_1_1);
    }
    request.headers().forEach(builder::header);
    return builder.build();
  }

  private static BodyPublisher body(HttpClient client, TransportRequest request) {
    String body = request.body();
    if (body != null) {
      return BodyPublishers.ofString(body);
    }
    boolean isHttp1 =
        client.version() == HttpClient.Version.HTTP_1_1 || "http".equals(request.uri().getScheme());
    return isHttp1 && request.method().equals("GET") ? new OneAttempt() : BodyPublishers.noBody();
  }

  private static TransportAnswer answer(HttpResponse<String> response) {
    Map<String, String> headers = new HashMap<>();
    response.headers().map().forEach((name, values) -> headers.put(name, values.get(0)));
    return new TransportAnswer(response.statusCode(), headers, response.body());
  }
}
