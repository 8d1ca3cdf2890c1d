package dev.onceonly.http;

import dev.onceonly.core.Sha256;
import dev.onceonly.core.account.ApiKey;
import dev.onceonly.core.account.Caller;
import dev.onceonly.core.account.KeyLookup;
import dev.onceonly.core.account.KeyLookup.KeyEntry;
import dev.onceonly.core.account.Namespace;
import dev.onceonly.core.account.Plan;
import dev.onceonly.core.account.Powers;
import dev.onceonly.core.account.Role;
import dev.onceonly.http.gate.ApiKeyGate;
import dev.onceonly.http.gate.Authenticator;
import dev.onceonly.http.gate.RateLimiter;
import dev.onceonly.http.observe.AccessLog;
import dev.onceonly.http.observe.FailureLog;
import dev.onceonly.http.observe.ServerMetrics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A real server on a free port with a key for each role (`key-admin` and so on) and one that is
/// disabled (`key-disabled`).
public final class TestServer implements AutoCloseable {
  public static final Set<Role> EVERYBODY = EnumSet.allOf(Role.class);

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  public final HttpServer server;

  public TestServer(Route... routes) {
    this(HttpSettings.on("127.0.0.1", 0), routes);
  }

  public TestServer(HttpSettings settings, Route... routes) {
    this(settings, new RateLimiter(0, 1, System::nanoTime), errors(503), routes);
  }

  public TestServer(
      HttpSettings settings, RateLimiter limiter, ErrorMapping errors, Route... routes) {
    this(settings, limiter, errors, new AccessLog(false), routes);
  }

  public TestServer(
      HttpSettings settings,
      RateLimiter limiter,
      ErrorMapping errors,
      AccessLog access,
      Route... routes) {
    Gate gate = new ApiKeyGate(new Authenticator(keys()), limiter);
    server =
        HttpServer.start(
            settings,
            new HttpServer.Parts(
                List.of(routes), gate, errors, new ServerMetrics(), access, System::nanoTime));
  }

  /// A mapping with metrics of its own.
  public static ErrorMapping errors(int unavailableStatus) {
    return new ErrorMapping(
        unavailableStatus, new FailureLog(new ServerMetrics().registry(), System::nanoTime));
  }

  public static KeyLookup keys() {
    Map<String, KeyEntry> entries = new HashMap<>();
    for (Role role : Role.values()) {
      entries.put(Sha256.hex("key-" + role.wireName()), new KeyEntry(caller(role), true));
    }
    entries.put(Sha256.hex("key-disabled"), new KeyEntry(caller(Role.ADMIN), false));
    return entries::get;
  }

  public static Caller caller(Role role) {
    Namespace namespace = new Namespace(7, "acme", "free", 0, null, Namespace.Notifications.ALL);
    Plan plan = new Plan("free", 10L, 10L, true, new Plan.TtlBounds(60, 3_600));
    Powers powers = new Powers(role, List.of(), List.of());
    ApiKey key =
        new ApiKey(
            1, "key_" + role.wireName(), 7, "once_live_…abcd", powers, new ApiKey.Span(0, null));
    return new Caller(namespace, plan, key);
  }

  public int port() {
    return server.port();
  }

  /// A request with the admin's key.
  public HttpRequest.Builder to(String pathAndQuery) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + pathAndQuery))
        .header("Authorization", "Bearer key-admin");
  }

  public HttpResponse<String> get(String pathAndQuery) {
    return send(to(pathAndQuery));
  }

  public HttpResponse<String> post(String path, String json) {
    return send(to(path).POST(BodyPublishers.ofString(json)));
  }

  public static HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return CLIENT.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
