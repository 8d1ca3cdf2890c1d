package dev.onceonly.dispatch;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509TrustManager;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSink;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/// Sends one request and says how it ended. Everything that a client likes to do by itself is off:
/// redirects, repeats, proxies, cookies, decompression. Thread-safe.
final class ToolClient implements AutoCloseable {
  /// Below the 5 s after which many servers close an idle connection, so that a request seldom
  /// meets one that is being closed.
  private static final Duration IDLE_MAX = Duration.ofSeconds(4);

  private static final int IDLE_CONNECTIONS_MAX = 256;
  private static final MediaType JSON = MediaType.get("application/json");
  private static final int NO_CONTENT = 204;
  private static final int RESET_CONTENT = 205;

  private final OkHttpClient client;
  private final LongSupplier nanoTime;

  /// What a tool's certificate is judged by. Its host name is checked in any case.
  record Trust(SSLContext context, X509TrustManager certificates) {}

  /// What is sent.
  record Message(HttpUrl url, Map<String, String> headers, String body) {}

  /// Makes a client.
  ///
  /// @param trust null for the authorities that Java knows
  ToolClient(LongSupplier nanoTime, @Nullable Trust trust) {
    this.nanoTime = nanoTime;
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            .protocols(List.of(Protocol.HTTP_1_1))
            .proxy(Proxy.NO_PROXY)
            .followRedirects(false)
            .followSslRedirects(false)
            .retryOnConnectionFailure(false)
            .fastFallback(false)
            .connectTimeout(Duration.ZERO)
            .readTimeout(Duration.ZERO)
            .writeTimeout(Duration.ZERO)
            .socketFactory(new ToolSockets())
            .connectionPool(
                new ConnectionPool(
                    IDLE_CONNECTIONS_MAX, IDLE_MAX.toMillis(), TimeUnit.MILLISECONDS))
            .eventListener(new Exchange.Events())
            .addNetworkInterceptor(new Exchange.Guard());
    if (trust != null) {
      builder.sslSocketFactory(trust.context().getSocketFactory(), trust.certificates());
    }
    client = builder.build();
  }

  /// Sends a message and reads its answer.
  ///
  /// @param deadlineNanos on the monotonic clock; it ends the answer's last byte too
  Attempt send(Message message, PinnedAddresses addresses, long deadlineNanos) {
    while (true) {
      long left = deadlineNanos - nanoTime.getAsLong();
      if (left <= 0) {
        return new Attempt.Unsent("connect timed out", true);
      }
      Exchange exchange = new Exchange(addresses);
      try {
        return send(message, exchange, addresses, left);
      } catch (Exchange.NotQuiet e) {
        // A kept one had been closed meanwhile; with each the client has one less.
        if (exchange.isConnectedAnew()) {
          return new Attempt.Unsent("closed before the request was sent", true);
        }
      } catch (IOException | RuntimeException e) {
        return failed(exchange, deadlineNanos, e);
      }
    }
  }

  private Attempt send(
      Message message, Exchange exchange, PinnedAddresses addresses, long nanosLeft)
      throws IOException {
    // Each of several addresses gets a part of the time, so that a dead one does not eat it all.
    long connectMs = Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanosLeft) / addresses.size());
    Call call =
        client
            .newBuilder()
            .dns(addresses)
            .connectTimeout(Duration.ofMillis(connectMs))
            .build()
            .newCall(request(message, exchange));
    call.timeout().timeout(nanosLeft, TimeUnit.NANOSECONDS);
    try (Response response = call.execute()) {
      if (!response.isSuccessful()) {
        // Its body is of no use, and may have no end.
        call.cancel();
        return new Attempt.Answered(response.code(), exchange.retryAfter());
      }
      byte[] body = readUpToBound(response.body().source());
      if (body == null) {
        call.cancel();
      }
      return new Attempt.Succeeded(
          response.code(), body == null ? ToolAnswer.OMITTED : ToolAnswer.toObject(body));
    }
  }

  private static Request request(Message message, Exchange exchange) {
    Request.Builder request =
        new Request.Builder()
            .url(message.url())
            .tag(Exchange.class, exchange)
            .post(new OnceBody(message.body().getBytes(StandardCharsets.UTF_8)))
            .header("User-Agent", "OnceOnly")
            .header("Accept", "application/json")
            .header("Accept-Encoding", "identity");
    message.headers().forEach(request::header);
    return request.build();
  }

  /// The whole body, or null where it is longer than an answer may be.
  private static byte @Nullable [] readUpToBound(BufferedSource source) throws IOException {
    Buffer body = new Buffer();
    while (body.size() <= ToolAnswer.BYTES_MAX) {
      if (source.read(body, ToolAnswer.BYTES_MAX + 1L - body.size()) < 0) {
        return body.readByteArray();
      }
    }
    return null;
  }

  private Attempt failed(Exchange exchange, long deadlineNanos, Exception e) {
    int status = exchange.statusCode();
    if (status == NO_CONTENT || status == RESET_CONTENT) {
      // The client refuses one with a body, which says nothing against the effect.
      return new Attempt.Succeeded(status, ToolAnswer.toObject(new byte[0]));
    }
    if (status != 0 && (status < 200 || status > 299)) {
      return new Attempt.Answered(status, exchange.retryAfter());
    }
    boolean late = nanoTime.getAsLong() - deadlineNanos >= 0;
    if (exchange.isSending()) {
      return new Attempt.Lost(late ? "timeout" : "connection lost");
    }
    if (late) {
      return new Attempt.Unsent("connect timed out", true);
    }
    return switch (e) {
      case ConnectException refused -> new Attempt.Unsent(reason(refused), true);
      case SocketTimeoutException _ -> new Attempt.Unsent("connect timed out", true);
      case SSLException _ -> new Attempt.Unsent("TLS failed", true);
      default -> new Attempt.Unsent("connect failed", true);
    };
  }

  /// The client wraps the system's own words, which alone tell a refusal from a missing route.
  private static String reason(ConnectException e) {
    Throwable own = e.getCause() == null ? e : e.getCause();
    return String.valueOf(own.getMessage()).contains("refused")
        ? "connection refused"
        : "connect failed";
  }

  /// Lets the kept connections go.
  @Override
  public void close() {
    client.connectionPool().evictAll();
  }

  /// Bytes that the client may write once only.
  private static final class OnceBody extends RequestBody {
    private final byte[] bytes;

    OnceBody(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public MediaType contentType() {
      return JSON;
    }

    @Override
    public long contentLength() {
      return bytes.length;
    }

    @Override
    public boolean isOneShot() {
      return true;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      sink.write(bytes);
    }
  }
}
