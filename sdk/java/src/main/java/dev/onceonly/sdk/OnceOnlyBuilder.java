package dev.onceonly.sdk;

import dev.onceonly.sdk.hook.DuplicateEvent;
import dev.onceonly.sdk.hook.FailOpenEvent;
import dev.onceonly.sdk.hook.RetryEvent;
import dev.onceonly.sdk.internal.http.Calls;
import dev.onceonly.sdk.internal.http.Http;
import dev.onceonly.sdk.internal.http.HttpSettings;
import dev.onceonly.sdk.internal.http.HttpSettings.RetrySettings;
import dev.onceonly.sdk.internal.trace.Tracing;
import dev.onceonly.sdk.transport.JdkTransport;
import dev.onceonly.sdk.transport.Transport;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Makes clients. Not thread-safe. Its text shows no API key.
public final class OnceOnlyBuilder {
  /// Where the public service is.
  public static final String DEFAULT_BASE_URL = "https://api.onceonly.tech/v1";

  private static final long IDLE_SECONDS = 20;
  private static final Duration TIMEOUT_MAX = Duration.ofDays(365);

  private @Nullable String apiKey;
  private @Nullable String baseUrl;
  private Duration timeout = Duration.ofSeconds(5);
  private @Nullable Duration deadline;
  private boolean failOpen = true;
  private int maxRetries;
  private Duration retryBackoff = Duration.ofMillis(500);
  private Duration retryMaxBackoff = Duration.ofSeconds(5);
  private String userAgent = "onceonly-java-sdk/" + SdkVersion.VERSION;

  private int maxConnections = 100;

  private Consumer<DuplicateEvent> onDuplicate = event -> {};
  private Consumer<RetryEvent> onRetry = event -> {};
  private Predicate<FailOpenEvent> onFailOpen = event -> true;
  private Environment environment = Environment.ofProcess();
  private @Nullable Transport transport;
  private @Nullable Executor executor;
  private System.Logger logger = System.getLogger("dev.onceonly");

  OnceOnlyBuilder() {}

  /// The key of the account, `once_live_…`. Required; `ONCEONLY_API_KEY` unless set.
  public OnceOnlyBuilder apiKey(String apiKey) {
    this.apiKey = apiKey;
    return this;
  }

  /// Where the server is; `/v1` is appended when the path is empty or `/`. `ONCEONLY_BASE_URL`
  /// unless set, else the public service. It has no user, no password, no query and no fragment.
  public OnceOnlyBuilder baseUrl(String baseUrl) {
    this.baseUrl = baseUrl;
    return this;
  }

  /// How long one attempt may take, from connecting to the last byte; 5 seconds unless set.
  public OnceOnlyBuilder timeout(Duration timeout) {
    Duration given = Arguments.positive("timeout", timeout);
    if (given.compareTo(TIMEOUT_MAX) > 0) {
      throw new IllegalArgumentException(
          "timeout must be at most " + TIMEOUT_MAX.toDays() + " days");
    }
    this.timeout = given;
    return this;
  }

  /// How long one call may take with all its attempts and pauses; no such limit unless set.
  public OnceOnlyBuilder deadline(@Nullable Duration deadline) {
    this.deadline = deadline == null ? null : Arguments.positive("deadline", deadline);
    return this;
  }

  /// Whether `checkLock` says `locked` when the server can't be asked, so that the action runs
  /// **unprotected** and perhaps twice. On unless turned off, as in all clients of OnceOnly; turn
  /// it off for what must never run twice. `ONCEONLY_FAIL_OPEN=false` turns it off for the whole
  /// process, whatever the code says.
  public OnceOnlyBuilder failOpen(boolean failOpen) {
    this.failOpen = failOpen;
    return this;
  }

  /// How many further attempts there are after 429, 500, 502, 503, 504 and network errors, where
  /// repeating is safe; none unless set.
  public OnceOnlyBuilder maxRetries(int maxRetries) {
    if (maxRetries < 0) {
      throw new IllegalArgumentException("maxRetries must be a whole number, 0 or more");
    }
    this.maxRetries = maxRetries;
    return this;
  }

  /// The first pause between attempts; it doubles each time. Half a second unless set.
  public OnceOnlyBuilder retryBackoff(Duration retryBackoff) {
    this.retryBackoff = Arguments.notNegative("retryBackoff", retryBackoff);
    return this;
  }

  /// The longest pause between attempts, also of those that the server asks for: one that asks for
  /// more is not waited for, and the error is thrown at once. 5 seconds unless set.
  public OnceOnlyBuilder retryMaxBackoff(Duration retryMaxBackoff) {
    this.retryMaxBackoff = Arguments.notNegative("retryMaxBackoff", retryMaxBackoff);
    return this;
  }

  /// The header `User-Agent`; `onceonly-java-sdk/<version>` unless set.
  ///
  /// @throws IllegalArgumentException if it is blank, or has other than visible ASCII characters
  ///   and blanks
  public OnceOnlyBuilder userAgent(String userAgent) {
    this.userAgent = Arguments.header("userAgent", userAgent);
    return this;
  }

  /// What carries requests; the JDK's HTTP client unless set. It is not closed with the client.
  public OnceOnlyBuilder transport(Transport transport) {
    this.transport = transport;
    return this;
  }

  /// How many connections are open at most; 100 unless set. A call waits for one within its
  /// timeout.
  ///
  /// @throws IllegalArgumentException if it is not above zero
  public OnceOnlyBuilder maxConnections(int maxConnections) {
    if (maxConnections < 1) {
      throw new IllegalArgumentException("maxConnections must be a whole number, 1 or more");
    }
    this.maxConnections = maxConnections;
    return this;
  }

  /// Called at each duplicate. What it throws is logged and changes nothing; so it is with
  /// [#onRetry].
  public OnceOnlyBuilder onDuplicate(Consumer<DuplicateEvent> onDuplicate) {
    this.onDuplicate = onDuplicate;
    return this;
  }

  /// Called before each further attempt of a call.
  public OnceOnlyBuilder onRetry(Consumer<RetryEvent> onRetry) {
    this.onRetry = onRetry;
    return this;
  }

  /// Asked before a lock fails open: false, or what it throws, refuses, and the call's own error is
  /// thrown.
  public OnceOnlyBuilder onFailOpen(Predicate<FailOpenEvent> onFailOpen) {
    this.onFailOpen = onFailOpen;
    return this;
  }

  /// Stands for the process environment.
  OnceOnlyBuilder environment(Environment environment) {
    this.environment = environment;
    return this;
  }

  /// Where functions of asynchronous calls and guarded methods that give futures run, such as an
  /// executor of virtual threads; daemon threads of the client, one for each function, unless set.
  /// It is not closed with the client.
  public OnceOnlyBuilder executor(Executor executor) {
    this.executor = executor;
    return this;
  }

  /// Where warnings go; the logger `dev.onceonly` unless set.
  public OnceOnlyBuilder logger(System.Logger logger) {
    this.logger = logger;
    return this;
  }

  /// The client. The process environment is read here, and never again.
  ///
  /// @throws IllegalArgumentException if the API key is missing or blank, or the base URL is none
  public OnceOnly build() {
    String url = normalized(baseUrl == null ? environment.baseUrl() : baseUrl);
    HttpSettings settings =
        new HttpSettings(
            url,
            checkedKey(),
            userAgent,
            timeout,
            deadline,
            new RetrySettings(maxRetries, retryBackoff, retryMaxBackoff));
    List<Runnable> onClose = new ArrayList<>();
    Executor workers = daemons();
    Transport carrier = transport == null ? pool(onClose) : transport;
    System.Logger quiet = new QuietLogger(logger);
    Hooks hooks = new Hooks(quiet, onDuplicate, onRetry, onFailOpen);
    Tracing tracing = Tracing.find();
    Core core =
        new Core(
            new Http(settings, carrier, maxConnections, workers, hooks::retry, tracing),
            new Calls(tracing),
            workers,
            executor == null ? workers : executor,
            quiet,
            new FailOpen(environment.allowsFailOpen(), failOpen),
            hooks);
    return new OnceOnly(core, url, () -> onClose.forEach(Runnable::run));
  }

  private JdkTransport pool(List<Runnable> onClose) {
    JdkTransport pool = JdkTransport.create(timeout);
    onClose.add(pool::close);
    return pool;
  }

  private String checkedKey() {
    String given = apiKey == null ? environment.apiKey() : apiKey;
    if (given == null || given.isBlank()) {
      throw new IllegalArgumentException(
          "apiKey must be given, as an argument or in ONCEONLY_API_KEY");
    }
    String key = given.strip();
    for (int i = 0; i < key.length(); i++) {
      if (key.charAt(i) <= ' ' || key.charAt(i) > '~') {
        // Not even where: a part of a key is a part of a secret.
        throw new IllegalArgumentException("apiKey must consist of visible ASCII characters");
      }
    }
    return key;
  }

  // No message repeats the URL: it may hold a password.
  private static String normalized(String baseUrl) {
    URI uri = parsed(baseUrl.strip());
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (uri.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
      throw new IllegalArgumentException("baseUrl must begin with http:// or https:// and a host");
    }
    if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "baseUrl must be without user, password, query and fragment");
    }
    String path = uri.getRawPath();
    String root = scheme + "://" + uri.getRawAuthority();
    if (path == null || path.isEmpty() || path.equals("/")) {
      return root + "/v1";
    }
    return root + (path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
  }

  private static URI parsed(String baseUrl) {
    try {
      return new URI(baseUrl);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("baseUrl must be a URL: " + e.getReason());
    }
  }

  // They end by themselves when they are idle: a client that is closed still has its clocks.
  private static Executor daemons() {
    return new ThreadPoolExecutor(
        0,
        Integer.MAX_VALUE,
        IDLE_SECONDS,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        task -> {
          Thread thread = new Thread(task, "onceonly-worker");
          thread.setDaemon(true);
          return thread;
        });
  }

  // What can't be a base URL may hold a password.
  private String shown() {
    try {
      return baseUrl == null ? "" : normalized(baseUrl);
    } catch (IllegalArgumentException e) {
      return "a wrong baseUrl";
    }
  }

  @Override
  public String toString() {
    return "OnceOnlyBuilder[" + shown() + "]";
  }
}
