package dev.onceonly.dispatch;

import dev.onceonly.core.govern.ToolKey;
import dev.onceonly.core.govern.ToolRow;
import dev.onceonly.core.service.ToolDispatcher.Attempts;
import dev.onceonly.core.service.ToolDispatcher.Order;
import dev.onceonly.core.service.ToolDispatcher.Outcome;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// A dispatcher under test, with a clock that each attempt moves by a second, pauses that take no
/// time, and a resolver that a test scripts.
final class Calls implements AutoCloseable {
  static final ToolKey TOOL = ToolKey.global(7, "mail.send");
  static final String SECRET = "demo-secret-1";
  static final String BODY =
      "{\"tool\":\"mail.send\",\"agent_id\":\"a1\",\"args\":{\"to\":\"x@example.org\"}}";
  static final String KEY = "idem_0123456789";
  static final Instant START = Instant.parse("2026-11-26T02:00:00Z");

  private final TinkSealer sealer;
  private final HttpToolDispatcher dispatcher;
  private final Map<String, List<InetAddress>> names = new ConcurrentHashMap<>();
  private final List<String> lookedUp = new CopyOnWriteArrayList<>();
  private final List<Duration> pauses = new CopyOnWriteArrayList<>();
  private volatile Resolver resolver = this::scripted;
  private volatile Instant now = START;

  Calls(Path folder) {
    this(folder, new UrlRules(new AddressPolicy(true), true, List.of()), null);
  }

  Calls(Path folder, UrlRules rules, ToolClient.@Nullable Trust trust) {
    sealer = new TinkSealer(folder.resolve("secrets.key"));
    HttpToolDispatcher.Ports ports =
        new HttpToolDispatcher.Ports(
            host -> resolver.resolve(host), pauses::add, this::tick, System::nanoTime, () -> 1);
    dispatcher = new HttpToolDispatcher(rules, sealer, ports, trust);
  }

  private synchronized Instant tick() {
    now = now.plusSeconds(1);
    return now;
  }

  private List<InetAddress> scripted(String host) throws UnknownHostException {
    lookedUp.add(host);
    List<InetAddress> addresses = names.get(host);
    if (addresses == null) {
      throw new UnknownHostException(host);
    }
    return addresses;
  }

  /// Lets a name stand for addresses.
  Calls name(String host, String... addresses) {
    names.put(host, List.of(addresses).stream().map(InetAddress::ofLiteral).toList());
    return this;
  }

  Calls resolver(Resolver other) {
    resolver = other;
    return this;
  }

  TinkSealer sealer() {
    return sealer;
  }

  HttpToolDispatcher dispatcher() {
    return dispatcher;
  }

  List<Duration> pauses() {
    return List.copyOf(pauses);
  }

  List<String> lookedUp() {
    return List.copyOf(lookedUp);
  }

  ToolRow tool(String url, int timeoutMs, int retries) {
    return tool(TOOL, url, timeoutMs, retries);
  }

  private ToolRow tool(ToolKey key, String url, int timeoutMs, int retries) {
    return new ToolRow(
        new ToolRow.Endpoint(url, sealer.seal(key, SECRET), null, false),
        new ToolRow.Delivery(timeoutMs, retries),
        true,
        null,
        0);
  }

  Order order(String url, int timeoutMs, int retries) {
    return new Order(TOOL, tool(url, timeoutMs, retries), BODY, KEY, 0, null, null);
  }

  Order orderOfRun(String url, String runId) {
    return new Order(TOOL, tool(url, 20_000, 0), BODY, KEY, 0, runId, null);
  }

  /// One call with attempts of at most 10 s.
  Outcome call(String url, int retries) {
    return dispatcher.dispatch(order(url, 10_000, retries), new Counting());
  }

  Outcome call(String url, int timeoutMs, int retries) {
    return dispatcher.dispatch(order(url, timeoutMs, retries), new Counting());
  }

  /// One call of a namespace, with a single attempt.
  Outcome callOf(long namespaceId, String url, int timeoutMs) {
    ToolKey key = ToolKey.global(namespaceId, "mail.send");
    Order order = new Order(key, tool(key, url, timeoutMs, 0), BODY, KEY, 0, null, null);
    return dispatcher.dispatch(order, new Counting());
  }

  /// Lets every attempt begin, and holds begin and end against each other.
  static final class Counting implements Attempts {
    private final List<Integer> begun = new CopyOnWriteArrayList<>();
    private final int lastAllowed;
    private int onTheirWay;

    Counting() {
      this(Integer.MAX_VALUE);
    }

    Counting(int lastAllowed) {
      this.lastAllowed = lastAllowed;
    }

    @Override
    public synchronized boolean begin(int number) {
      if (onTheirWay != 0) {
        throw new AssertionError("an attempt begins while another is on its way");
      }
      if (number > lastAllowed) {
        return false;
      }
      begun.add(number);
      onTheirWay++;
      return true;
    }

    @Override
    public synchronized void end() {
      onTheirWay--;
    }

    List<Integer> begun() {
      return List.copyOf(begun);
    }

    synchronized int onTheirWay() {
      return onTheirWay;
    }
  }

  @Override
  public void close() {
    dispatcher.close();
  }
}
