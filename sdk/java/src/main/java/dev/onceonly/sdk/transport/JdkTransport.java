package dev.onceonly.sdk.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The JDK's own HTTP client: the default transport. Give it a client of your own for a proxy, a
/// trust store or an executor: `new JdkTransport(HttpClient.newBuilder()…build())`. Thread-safe.
public final class JdkTransport implements Transport, AutoCloseable {
  private final AtomicReference<@Nullable Pool> current;
  private final @Nullable Supplier<HttpClient> fresh;

  /// Sends by this client. It must not follow redirects: an API key would follow them too.
  public JdkTransport(HttpClient client) {
    this(client, null);
  }

  private JdkTransport(HttpClient client, @Nullable Supplier<HttpClient> fresh) {
    if (client.followRedirects() != HttpClient.Redirect.NEVER) {
      throw new IllegalArgumentException("the HTTP client must not follow redirects");
    }
    this.current = new AtomicReference<>(new Pool(client));
    this.fresh = fresh;
  }

  /// A transport with a connection pool of its own. It speaks HTTP/1.1: over HTTP/2 the JDK's
  /// client refuses calls beyond the server's number of streams instead of opening another
  /// connection.
  ///
  /// @param connectTimeout how long making a connection may take
  public static JdkTransport create(Duration connectTimeout) {
    Supplier<HttpClient> fresh =
        () ->
            HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(connectTimeout)
                .build();
    return new JdkTransport(fresh.get(), fresh);
  }

  /// A client with its connections.
  private static final class Pool {
    private final HttpClient client;
    private volatile boolean hasUsedConnections;

    Pool(HttpClient client) {
      this.client = client;
    }

    // A connection that the server has announced to close is not used again.
    void answered(HttpResponse<?> response) {
      boolean isClosed =
          response.headers().firstValue("connection").filter("close"::equalsIgnoreCase).isPresent();
      if (!isClosed) {
        hasUsedConnections = true;
      }
    }
  }

  @Override
  public CompletableFuture<TransportAnswer> send(TransportRequest request) {
    Pool pool = current.get();
    if (pool == null) {
      return CompletableFuture.failedFuture(closed());
    }
    CompletableFuture<HttpResponse<String>> exchange =
        pool.client.sendAsync(jdkRequest(pool.client, request), BodyHandlers.ofString(UTF_8));
    CompletableFuture<TransportAnswer> answer =
        exchange.handle((response, error) -> {
          if (response == null) {
            throw new CompletionException(explained(pool, error));
          }
          pool.answered(response);
          return answer(response, response.body());
        });
    // Cancelling what comes of the exchange would not reach the exchange by itself.
    var unused =
        answer.whenComplete((value, error) -> {
          if (answer.isCancelled()) {
            exchange.cancel(true);
          }
        });
    return answer;
  }

  @Override
  public TransportAnswer sendHere(TransportRequest request)
      throws IOException, InterruptedException, TimeoutException {
    Pool pool = current.get();
    if (pool == null) {
      throw closed();
    }
    long endNanos = System.nanoTime() + request.timeout().toNanos();
    HttpResponse<TextBody> response;
    try {
      response = pool.client.send(jdkRequest(pool.client, request), head -> new TextBody());
    } catch (IOException e) {
      throw explained(pool, e);
    }
    TransportAnswer answer = answer(response, text(response.body(), endNanos));
    pool.answered(response);
    return answer;
  }

  private static String text(TextBody body, long endNanos)
      throws IOException, InterruptedException, TimeoutException {
    try {
      return body.text().get(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException | TimeoutException e) {
      body.cancel();
      throw e;
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw cause instanceof IOException failure ? failure : new IOException(cause);
    }
  }

  @Override
  public @Nullable String proxy(URI uri) {
    Pool pool = current.get();
    if (pool == null) {
      return null;
    }
    return pool.client.proxy().map(selector -> selector.select(uri)).orElse(List.of()).stream()
        .filter(proxy -> proxy.type() != Proxy.Type.DIRECT)
        .map(Proxy::address)
        .filter(InetSocketAddress.class::isInstance)
        .map(InetSocketAddress.class::cast)
        .map(address -> address.getHostString() + ":" + address.getPort())
        .findFirst()
        .orElse(null);
  }

  /// Lets go of the connection pool; its connections end when they have been idle for a while.
  @Override
  public void close() {
    current.set(null);
  }

  private static IOException closed() {
    return new IOException("the transport is closed");
  }

  /// The JDK does not say whether a connection was used before, but none was when no answer has
  /// come yet over one that stays open. When one has died, the others that are idle may be as dead:
  /// they are let go of.
  private IOException explained(Pool pool, @Nullable Throwable error) {
    Throwable cause = error instanceof CompletionException ? error.getCause() : error;
    IOException failure = cause instanceof IOException own ? own : new IOException(cause);
    boolean isOther =
        failure instanceof ConnectException || failure instanceof HttpTimeoutException;
    if (isOther || !pool.hasUsedConnections || !beforeAnyByte(failure)) {
      return failure;
    }
    if (fresh != null) {
      current.compareAndSet(pool, new Pool(fresh.get()));
    }
    return new ConnectionLostException(String.valueOf(failure.getMessage()), failure);
  }

  // What the JDK says about an answer that has begun names what it was reading.
  private static boolean beforeAnyByte(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      String text = cause.getMessage();
      if (text != null
          && (text.contains("received no bytes")
              || text.contains("Connection reset")
              || text.contains("Broken pipe")
              || text.contains(OneAttempt.LOST))) {
        return true;
      }
    }
    return false;
  }

  private static HttpRequest jdkRequest(HttpClient client, TransportRequest request) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(request.uri())
            .method(request.method(), body(client, request))
            .timeout(request.timeout());
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

  private static TransportAnswer answer(HttpResponse<?> response, String body) {
    Map<String, String> headers = new HashMap<>();
    response.headers().map().forEach((name, values) -> headers.put(name, values.get(0)));
    return new TransportAnswer(response.statusCode(), headers, body);
  }
}
