package dev.onceonly.dispatch;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.time.Duration;
import java.util.Objects;
import java.util.regex.Pattern;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/// How far one request got, noted by the client's own hooks: what an exception alone does not tell.
/// Rides on the request as a tag. Used by the thread that sends.
final class Exchange {
  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

  private final PinnedAddresses addresses;
  private boolean connectedAnew;
  private boolean sending;
  private int statusCode;
  private @Nullable Duration retryAfter;

  Exchange(PinnedAddresses addresses) {
    this.addresses = addresses;
  }

  /// Whether it went over a connection of its own, not over a kept one.
  boolean isConnectedAnew() {
    return connectedAnew;
  }

  /// Whether the tool may have got a byte of it.
  boolean isSending() {
    return sending;
  }

  /// The answer's status, or 0 while none has come.
  int statusCode() {
    return statusCode;
  }

  @Nullable Duration retryAfter() {
    return retryAfter;
  }

  private static Exchange of(Request request) {
    return Objects.requireNonNull(request.tag(Exchange.class));
  }

  /// The connection was closed by its peer before a byte was sent, or had something to say first.
  static final class NotQuiet extends IOException {
    private static final long serialVersionUID = 1L;

    NotQuiet() {
      super("the connection is not quiet");
    }
  }

  /// The last look before a request is written: at the address, once more, and at the connection.
  static final class Guard implements Interceptor {
    @Override
    public Response intercept(Chain chain) throws IOException {
      Request request = chain.request();
      Exchange exchange = of(request);
      Connection connection = Objects.requireNonNull(chain.connection());
      if (!exchange.addresses.contains(connection.route().socketAddress().getAddress())) {
        throw new IOException("connected to an address that was not checked");
      }
      // A new one under TLS has just spoken with us, and may still be at it: session tickets.
      boolean looked = exchange.connectedAnew && connection.handshake() != null;
      if (!looked && !ToolSockets.isQuiet(connection.socket())) {
        throw new NotQuiet();
      }
      exchange.sending = true;
      Response response = chain.proceed(request);
      // The client itself would act on this one: repeat a 503 at once, or fail on a long number.
      return response.newBuilder().removeHeader("Retry-After").build();
    }
  }

  /// What the client tells on its way.
  static final class Events extends EventListener {
    @Override
    public void connectStart(Call call, InetSocketAddress address, Proxy proxy) {
      of(call.request()).connectedAnew = true;
    }

    @Override
    public void responseHeadersEnd(Call call, Response response) {
      Exchange exchange = of(call.request());
      exchange.statusCode = response.code();
      String asked = response.header("Retry-After");
      if (asked != null && SECONDS.matcher(asked.strip()).matches()) {
        exchange.retryAfter = Duration.ofSeconds(Long.parseLong(asked.strip()));
      }
    }
  }
}
