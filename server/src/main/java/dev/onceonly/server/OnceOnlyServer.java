package dev.onceonly.server;

import dev.onceonly.core.govern.PolicyDefault;
import dev.onceonly.core.lease.LeaseRules;
import dev.onceonly.core.lock.LockRules;
import dev.onceonly.core.service.Accounts;
import dev.onceonly.core.service.Agents;
import dev.onceonly.core.service.GovernedCalls;
import dev.onceonly.core.service.KillSwitch;
import dev.onceonly.core.service.Leases;
import dev.onceonly.core.service.Locks;
import dev.onceonly.core.service.Notice;
import dev.onceonly.core.service.Policies;
import dev.onceonly.core.service.Store;
import dev.onceonly.core.service.Timelines;
import dev.onceonly.core.service.Tools;
import dev.onceonly.http.ErrorMapping;
import dev.onceonly.http.Gate;
import dev.onceonly.http.HttpServer;
import dev.onceonly.http.Route;
import dev.onceonly.http.api.Api;
import dev.onceonly.http.api.ClaimOutcomes;
import dev.onceonly.http.api.JsonRunDocuments;
import dev.onceonly.http.api.JsonToolBody;
import dev.onceonly.http.api.LeaseWaiters;
import dev.onceonly.http.gate.ApiKeyGate;
import dev.onceonly.http.gate.Authenticator;
import dev.onceonly.http.gate.RateLimiter;
import dev.onceonly.http.observe.AccessLog;
import dev.onceonly.http.observe.FailureLog;
import dev.onceonly.http.observe.LogFields;
import dev.onceonly.http.observe.ServerMetrics;
import dev.onceonly.http.page.Pages;
import dev.onceonly.http.session.Front;
import dev.onceonly.http.session.HomeRoute;
import dev.onceonly.http.session.PageGate;
import dev.onceonly.http.session.Sessions;
import dev.onceonly.http.session.SignInRoutes;
import dev.onceonly.http.tls.ServerTls;
import dev.onceonly.http.ui.UiFiles;
import dev.onceonly.server.config.GovernanceSettings;
import dev.onceonly.server.config.NetworkSettings;
import dev.onceonly.server.config.Settings;
import dev.onceonly.server.figure.MeasuredDispatcher;
import dev.onceonly.server.worker.BackgroundWork;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// A server on an open store: every object built here, by hand, in order. The benchmark's in-memory
/// server is the same with another store.
public final class OnceOnlyServer implements AutoCloseable {
  /// What the outcome of a call gets to reach the disk once the grace is over.
  private static final long WRITTEN_DOWN_MS = 2_000;

  private static final System.Logger LOG = System.getLogger(OnceOnlyServer.class.getName());

  private final Accounts accounts;
  private final HttpServer http;
  private final LeaseWaiters waiters;
  private final List<Route> routes;
  private final AccessLog accessLog;
  private final GovernedCalls calls;
  private final BackgroundWork background;
  private final @Nullable ServerTls tls;
  private final OperatorWatch watch;
  private final LongSupplier random = strongRandom();
  private final Duration grace;
  private volatile boolean stopping;
  private volatile List<String> callsLeft = List.of();

  /// What a server is built on.
  ///
  /// @param store one that takes steps
  /// @param metrics what the store's own figures are registered with, too
  /// @param outbound how it calls tools
  /// @param paused whether an operator has to resume first, after a restore
  /// @param notices what an operator has to know of what these parts rest on
  public record Parts(
      Store store,
      ServerMetrics metrics,
      Outbound outbound,
      BooleanSupplier paused,
      List<Notice.Source> notices) {

    public Parts {
      notices = List.copyOf(notices);
    }

    /// As above, with nothing that an operator has to know of.
    public Parts(Store store, ServerMetrics metrics, Outbound outbound, BooleanSupplier paused) {
      this(store, metrics, outbound, paused, List.of());
    }
  }

  private OnceOnlyServer(Settings settings, Parts parts) {
    Store store = parts.store();
    NetworkSettings network = settings.network();
    ServerMetrics metrics = parts.metrics();
    KillSwitch killSwitch = new KillSwitch(store);
    store.listen(killSwitch);
    Settings.Behaviour behaviour = settings.behaviour();
    accounts = new Accounts(store, behaviour.plans(), behaviour.defaultPlan());
    tls = Listening.tls(network.tls(), metrics.registry());
    watch = watch(parts);
    long replayWindowMs = behaviour.attemptReplaySeconds() * 1_000L;
    long retentionMs = Duration.ofDays(settings.storage().retention().leaseDays()).toMillis();
    waiters = new LeaseWaiters(store, network.waiters().max(), network.waiters().namespaceMax());
    store.listen(waiters);
    LeaseRules leaseRules = new LeaseRules(replayWindowMs, retentionMs);
    calls = governedCalls(settings, parts, killSwitch);
    ServerFigures.report(metrics.registry(), calls, waiters);
    background = background(settings, parts, killSwitch, leaseRules);
    Api.Services services = services(settings, parts, killSwitch, leaseRules);
    FailureLog failures = new FailureLog(metrics.registry(), System::nanoTime);
    ErrorMapping errors = new ErrorMapping(behaviour.unavailableStatusCode(), failures);
    List<Route> all =
        new ArrayList<>(Pages.routes(Notices.readiness(parts, this::shuttingDown), metrics));
    all.addAll(api(services, errors, parts, behaviour.duplicateStatusCode()));
    Authenticator authenticator = new Authenticator(accounts);
    Sessions sessions = new Sessions(accounts, random, System::nanoTime);
    Front front = new Front(network.tls() != null, network.uiBehindTls());
    all.add(new HomeRoute(sessions, front).route());
    all.addAll(UiFiles.routes());
    all.addAll(
        new SignInRoutes(authenticator, sessions, Listening.signInThrottle(), front, failures)
            .routes());
    routes = List.copyOf(all);
    RateLimiter limiter =
        new RateLimiter(network.requestsPerSecond(), network.burst(), System::nanoTime);
    Gate gate = new PageGate(new ApiKeyGate(authenticator, limiter), sessions, front);
    accessLog = new AccessLog(settings.logs().accessLog());
    http =
        Listening.bind(
            network,
            tls,
            new HttpServer.Parts(routes, gate, errors, metrics, accessLog, System::nanoTime));
    grace = Duration.ofMillis(network.timeouts().graceMs());
  }

  private OperatorWatch watch(Parts parts) {
    Runnable certificate = tls == null ? () -> {} : tls::look;
    OperatorWatch made =
        new OperatorWatch(
            new OperatorWatch.State(parts.store()::isStorageLow, parts.paused(), certificate),
            id -> accounts.namespace(id).name());
    parts.store().listen(made);
    return made;
  }

  private Api.Services services(
      Settings settings, Parts parts, KillSwitch killSwitch, LeaseRules rules) {
    Store store = parts.store();
    long replayWindowMs = settings.behaviour().attemptReplaySeconds() * 1_000L;
    return new Api.Services(
        store,
        accounts,
        new Locks(store, new LockRules(replayWindowMs)),
        new Leases(store, rules),
        waiters,
        background.keyedRuns(),
        new Timelines(store),
        governance(settings, parts, killSwitch),
        parts.paused());
  }

  private @Nullable Notice shuttingDown() {
    return stopping
        ? new Notice("shutting_down", "the server was told to stop and takes nothing new soon")
        : null;
  }

  private static List<Route> api(
      Api.Services services, ErrorMapping errors, Parts parts, int duplicateStatus) {
    ClaimOutcomes outcomes = new ClaimOutcomes(parts.metrics().registry());
    return Api.routes(services, errors, outcomes, strongRandom(), duplicateStatus);
  }

  /// What a former process has left in flight is taken up again, but nothing moves by itself after
  /// a restore.
  private GovernedCalls governedCalls(Settings settings, Parts parts, KillSwitch killSwitch) {
    PolicyDefault byDefault = settings.governance().policyDefault();
    GovernedCalls made =
        new GovernedCalls(
            parts.store(),
            new GovernedCalls.Parts(
                new MeasuredDispatcher(
                    parts.outbound().dispatcher(), parts.metrics().registry(), System::nanoTime),
                killSwitch,
                new JsonToolBody(),
                new GovernedCalls.Means(random, Thread::startVirtualThread, OnceOnlyServer::putOff),
                accounts::planOf,
                namespaceId -> byDefault.deniesIn(accounts.namespace(namespaceId).name())),
            limits(settings));
    if (parts.paused().getAsBoolean()) {
      made.suspendAtRestore();
    } else {
      made.releaseClaimsAtStart();
    }
    return made;
  }

  private static GovernedCalls.Limits limits(Settings settings) {
    GovernanceSettings.Calls bounds = settings.governance().calls();
    return new GovernedCalls.Limits(
        bounds.waitMs(),
        settings.behaviour().attemptReplaySeconds() * 1_000L,
        bounds.settleWaitMs(),
        bounds.agentsMax(),
        new GovernedCalls.Room(
            bounds.dispatchesMax(),
            bounds.dispatchesNamespaceMax(),
            new GovernedCalls.Line(
                bounds.line().max(), bounds.line().namespaceMax(), bounds.line().waitMs())));
  }

  private static void putOff(String callId, RuntimeException why) {
    LOG.log(Level.WARNING, "call {0} is put off, and tried until it is stored: {1}", callId, why);
  }

  private BackgroundWork background(
      Settings settings, Parts parts, KillSwitch killSwitch, LeaseRules rules) {
    return new BackgroundWork(
        settings.worker(),
        new BackgroundWork.Services(
            parts.store(),
            rules,
            calls::call,
            () -> calls.sweepOnce(Thread::startVirtualThread),
            new JsonRunDocuments(),
            killSwitch,
            accounts::planOf),
        // The embedded store is this process's alone.
        new BackgroundWork.Circumstances(true, parts.paused(), strongRandom()),
        parts.metrics().registry());
  }

  private Api.Governance governance(Settings settings, Parts parts, KillSwitch killSwitch) {
    Store store = parts.store();
    Outbound outbound = parts.outbound();
    return new Api.Governance(
        new Policies(
            store,
            PolicyTemplateFile.read(settings),
            settings.governance().requireRegisteredTools()),
        new Tools(store, outbound.sealer(), outbound.urls()),
        new Agents(store, killSwitch),
        calls);
  }

  /// Starts answering, with the key that is given. Makes none.
  public static OnceOnlyServer start(Settings settings, Parts parts) {
    OnceOnlyServer server = bind(settings, parts);
    try {
      if (settings.apiKey() != null) {
        FirstKey.ensure(server.accounts, settings.apiKey(), server.random, null);
      }
      server.answer(settings);
      return server;
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /// Takes the port and answers nobody before [#open].
  static OnceOnlyServer bind(Settings settings, Parts parts) {
    return new OnceOnlyServer(settings, parts);
  }

  /// Sees to it that there is an API key, and starts answering.
  ///
  /// @param file see [FirstKey#ensure]
  /// @return the key that was made because there was none
  FirstKey.@Nullable Made open(Settings settings, @Nullable Path file) {
    FirstKey.Made made = FirstKey.ensure(accounts, settings.apiKey(), random, file);
    answer(settings);
    return made;
  }

  private void answer(Settings settings) {
    DefaultPolicyNames.missing(settings, accounts).forEach(line -> LOG.log(Level.WARNING, line));
    http.accept();
    background.start();
    watch.start();
  }

  /// 64 strong random bits a call. Thread-safe.
  public static LongSupplier strongRandom() {
    SecureRandom random = new SecureRandom();
    return random::nextLong;
  }

  public Accounts accounts() {
    return accounts;
  }

  public int port() {
    return http.port();
  }

  /// Every route as `METHOD /path`, for the test that holds it against the specification.
  public List<Route> routes() {
    return routes;
  }

  AccessLog accessLog() {
    return accessLog;
  }

  /// Reads the files of its TLS again, if it has any; says in the log how that went.
  void reloadTls() {
    if (tls != null) {
      tls.reload();
    }
  }

  /// When the certificate of its TLS ends; null without TLS of its own.
  @Nullable Instant certificateEnd() {
    return tls == null ? null : tls.validity().until();
  }

  /// Adds how much is under way to a line.
  LogFields inFlight(LogFields fields) {
    return fields
        .and("connections", http.connections())
        .and("waiters", waiters.waiting())
        .and("calls_in_flight", calls.inHand())
        .and("calls_in_line", calls.inLine());
  }

  /// Is not ready from now on, and goes on serving for that long.
  void drain(Duration delay) throws InterruptedException {
    stopping = true;
    http.drain();
    Thread.sleep(delay);
  }

  /// The ids of the calls that [#close()] has left to the next start.
  List<String> callsLeft() {
    return callsLeft;
  }

  /// The ids of the calls that ended `unknown` while it stopped.
  List<String> callsUnknown() {
    return watch.unknownAtStop();
  }

  /// Stops taking requests, answers every waiter, and finishes what is in flight, all within the
  /// grace; what has been broken off by then has a moment more to be written down. The store is the
  /// caller's.
  @Override
  public void close() {
    long deadlineNanos = System.nanoTime() + grace.toNanos();
    stopping = true;
    watch.stopping();
    background.stop();
    waiters.close();
    calls.close();
    http.close();
    background.awaitEnd(left(deadlineNanos));
    callsLeft = calls.finish(Math.max(left(deadlineNanos).toMillis(), WRITTEN_DOWN_MS));
    watch.close();
    if (!callsLeft.isEmpty()) {
      LogFields.event("calls_left")
          .and("call_ids", callsLeft)
          .log(
              Logger.getLogger(OnceOnlyServer.class.getName()),
              java.util.logging.Level.WARNING,
              callsLeft.size() + " calls are left to the next start, which takes them up");
    }
  }

  private static Duration left(long deadlineNanos) {
    return Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
  }
}
