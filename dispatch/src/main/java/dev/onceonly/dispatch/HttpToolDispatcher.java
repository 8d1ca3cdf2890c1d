package dev.onceonly.dispatch;

import dev.onceonly.core.govern.ToolRow;
import dev.onceonly.core.service.SecretSealer;
import dev.onceonly.core.service.ToolDispatcher;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Calls tools by HTTP (contract 7 and 18). Blocks its caller, who may be a virtual thread; an
/// interrupt ends the call with what is known so far. The HTTP client is loaded by the first call.
/// Thread-safe.
public final class HttpToolDispatcher implements ToolDispatcher, AutoCloseable {
  private static final Logger LOG = System.getLogger(HttpToolDispatcher.class.getName());

  private final UrlRules rules;
  private final SecretSealer sealer;
  private final Ports ports;
  private final ToolClient.@Nullable Trust trust;
  private final Lookups lookups;
  private final Object clientLock = new Object();
  private volatile @Nullable ToolClient client;

  /// What a call needs of the world.
  ///
  /// @param wallClock whose seconds are signed; receivers compare them with their own
  /// @param nanoTime monotonic, for deadlines
  /// @param chance 0 to 1, spreads the waits between attempts
  public record Ports(
      Resolver resolver,
      Pause pause,
      InstantSource wallClock,
      LongSupplier nanoTime,
      DoubleSupplier chance) {}

  public HttpToolDispatcher(UrlRules rules, SecretSealer sealer, Ports ports) {
    this(rules, sealer, ports, null);
  }

  HttpToolDispatcher(
      UrlRules rules, SecretSealer sealer, Ports ports, ToolClient.@Nullable Trust trust) {
    this.rules = rules;
    this.sealer = sealer;
    this.ports = ports;
    this.trust = trust;
    this.lookups = new Lookups(ports.resolver());
  }

  /// Everything about a call that stays the same from attempt to attempt.
  private record Prepared(
      ToolUrl url, Signatures signatures, Map<String, String> headers, String body) {}

  @Override
  public Outcome dispatch(Order order, Attempts attempts) {
    ToolUrl url = ToolUrl.parse(order.row().endpoint().url());
    String refusal = url == null ? "is no URL that can be called" : rules.formRefusal(url);
    if (url == null || refusal != null) {
      return ended(order.attemptsBefore(), order, false, null, "url_not_allowed: it " + refusal);
    }
    Signatures signatures = signatures(order);
    if (signatures == null) {
      return ended(order.attemptsBefore(), order, false, null, "secret_unreadable");
    }
    return run(order, attempts, new Prepared(url, signatures, headers(order), order.bodyJson()));
  }

  private Outcome run(Order order, Attempts attempts, Prepared prepared) {
    int attemptsMax = order.row().delivery().maxRetries() + 1;
    int number = order.attemptsBefore();
    boolean uncertain = number > 0;
    Attempt last = new Attempt.Unsent("no attempt is left", false);
    while (number < attemptsMax) {
      if (!attempts.begin(number + 1)) {
        return new Outcome.Stopped(number, uncertain);
      }
      number++;
      try {
        last = attempt(prepared, order);
      } finally {
        attempts.end();
      }
      if (last instanceof Attempt.Succeeded(int status, String resultJson)) {
        return new Outcome.Executed(number, status, resultJson);
      }
      uncertain |= last.isUncertain();
      if (!last.isRetryable() || number >= attemptsMax || !pauseAfter(number, last)) {
        break;
      }
    }
    return ended(number, order, uncertain, last.status(), last.message());
  }

  /// An earlier dispatcher's attempts make every failure uncertain.
  private static Outcome ended(
      int attempts, Order order, boolean uncertain, @Nullable Integer status, String message) {
    return uncertain || order.attemptsBefore() > 0
        ? new Outcome.Unknown(attempts, status, message)
        : new Outcome.Failed(attempts, status, message);
  }

  private Attempt attempt(Prepared prepared, Order order) {
    long timeoutNanos = TimeUnit.MILLISECONDS.toNanos(order.row().delivery().timeoutMs());
    long deadlineNanos = ports.nanoTime().getAsLong() + timeoutNanos;
    List<InetAddress> addresses;
    try {
      addresses = addresses(order, prepared.url().host(), timeoutNanos);
    } catch (UnknownHostException e) {
      return new Attempt.Unsent("host not found", true);
    } catch (TimeoutException e) {
      return new Attempt.Unsent(String.valueOf(e.getMessage()), true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Attempt.Unsent("interrupted", false);
    }
    if (addresses.isEmpty()) {
      return new Attempt.Unsent("host not found", true);
    }
    if (!addresses.stream().allMatch(rules.addresses()::allows)) {
      return new Attempt.Unsent("address_not_allowed", false);
    }
    Map<String, String> headers = new LinkedHashMap<>(prepared.headers());
    long unixSeconds = ports.wallClock().instant().getEpochSecond();
    headers.putAll(
        prepared
            .signatures()
            .headers(prepared.body().getBytes(StandardCharsets.UTF_8), unixSeconds));
    return client()
        .send(
            new ToolClient.Message(prepared.url().target(), headers, prepared.body()),
            new PinnedAddresses(addresses),
            deadlineNanos);
  }

  /// A literal is not looked up; an ambiguous one has all its readings checked.
  private List<InetAddress> addresses(Order order, String host, long nanos)
      throws UnknownHostException, TimeoutException, InterruptedException {
    List<InetAddress> literal = HostLiteral.read(host);
    return literal == null ? lookups.resolve(order.tool().namespaceId(), host, nanos) : literal;
  }

  /// Null where the secrets can't be read with the key that we have: nothing may be sent unsigned.
  private @Nullable Signatures signatures(Order order) {
    ToolRow.Endpoint endpoint = order.row().endpoint();
    try {
      String current = sealer.open(order.tool(), endpoint.secret());
      ToolRow.Secret next = endpoint.nextSecret();
      List<String> secrets =
          next == null ? List.of(current) : List.of(current, sealer.open(order.tool(), next));
      return new Signatures(secrets, endpoint.onlyV2());
    } catch (IllegalStateException e) {
      LOG.log(Level.ERROR, "the secret of a tool can't be read", e);
      return null;
    }
  }

  private static Map<String, String> headers(Order order) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Idempotency-Key", HeaderText.encode(order.idempotencyKey()));
    String runId = order.runId();
    if (runId != null) {
      headers.put("X-OnceOnly-Run-Id", HeaderText.encode(runId));
    }
    Long fence = order.fence();
    if (fence != null) {
      headers.put("X-OnceOnly-Fence", fence.toString());
    }
    return headers;
  }

  /// Waits before the next attempt; false where the thread is interrupted.
  private boolean pauseAfter(int number, Attempt last) {
    if (Thread.currentThread().isInterrupted()) {
      return false;
    }
    try {
      ports.pause().await(Backoff.after(number, last.retryAfter(), ports.chance().getAsDouble()));
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private ToolClient client() {
    ToolClient made = client;
    if (made == null) {
      synchronized (clientLock) {
        made = client;
        if (made == null) {
          made = new ToolClient(ports.nanoTime(), trust);
          client = made;
        }
      }
    }
    return made;
  }

  /// Lets idle connections and look-ups go; calls that are under way end by themselves.
  @Override
  public void close() {
    lookups.close();
    ToolClient made = client;
    if (made != null) {
      made.close();
    }
  }
}
