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
import dev.onceonly.http.HttpSettings;
import dev.onceonly.http.Route;
import dev.onceonly.http.api.Api;
import dev.onceonly.http.api.ClaimOutcomes;
import dev.onceonly.http.api.JsonRunDocuments;
import dev.onceonly.http.api.JsonToolBody;
import dev.onceonly.http.api.LeaseWaiters;
import dev.onceonly.http.gate.ApiKeyGate;
import dev.onceonly.http.gate.Authenticator;
import dev.onceonly.http.gate.RateLimiter;
import dev.onceonly.http.memory.MemoryBudget;
import dev.onceonly.http.observe.FailureLog;
import dev.onceonly.http.observe.ServerMetrics;
import dev.onceonly.http.page.Pages;
import dev.onceonly.http.session.Front;
import dev.onceonly.http.session.HomeRoute;
import dev.onceonly.http.session.PageGate;
import dev.onceonly.http.session.Sessions;
import dev.onceonly.http.session.SignInRoutes;
import dev.onceonly.http.ui.UiFiles;
import dev.onceonly.server.config.GovernanceSettings;
import dev.onceonly.server.config.NetworkSettings;
import dev.onceonly.server.config.Settings;
import dev.onceonly.server.config.SettingsException;
import dev.onceonly.server.figure.MeasuredDispatcher;
import dev.onceonly.server.worker.BackgroundWork;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// A server on an open store: every object built here, by hand, in order. The benchmark's in-memory
/// server is the same with another store.
public final class OnceOnlyServer implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(OnceOnlyServer.class.getName());

  private final Accounts accounts;
  private final HttpServer http;
  private final LeaseWaiters waiters;
  private final List<Route> routes;
  private final @Nullable String madeKey;
  private final GovernedCalls calls;
  private final BackgroundWork background;
  private final Duration grace;

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
    ServerMetrics metrics = parts.metrics();
    LongSupplier random = strongRandom();
    KillSwitch killSwitch = new KillSwitch(store);
    store.listen(killSwitch);
    Settings.Behaviour behaviour = settings.behaviour();
    accounts = new Accounts(store, behaviour.plans(), behaviour.defaultPlan());
    madeKey = FirstKey.ensure(accounts, settings.apiKey(), random);
    DefaultPolicyNames.missing(settings, accounts).forEach(line -> LOG.log(Level.WARNING, line));
    long replayWindowMs = behaviour.attemptReplaySeconds() * 1_000L;
    long retentionMs = Duration.ofDays(settings.storage().retention().leaseDays()).toMillis();
    NetworkSettings network = settings.network();
    waiters = new LeaseWaiters(store, network.waiters().max(), network.waiters().namespaceMax());
    store.listen(waiters);
    LeaseRules leaseRules = new LeaseRules(replayWindowMs, retentionMs);
    calls = governedCalls(settings, parts, killSwitch, random);
    ServerFigures.report(metrics.registry(), calls, waiters);
    background = background(settings, parts, killSwitch, leaseRules);
    Api.Services services =
        new Api.Services(
            store,
            accounts,
            new Locks(store, new LockRules(replayWindowMs)),
            new Leases(store, leaseRules),
            waiters,
            background.keyedRuns(),
            new Timelines(store),
            governance(settings, parts, killSwitch),
            parts.paused());
    ErrorMapping errors =
        new ErrorMapping(
            behaviour.unavailableStatusCode(),
            new FailureLog(metrics.registry(), System::nanoTime));
    List<Route> all = new ArrayList<>(Pages.routes(Notices.readiness(parts), metrics));
    all.addAll(api(services, errors, parts, behaviour.duplicateStatusCode()));
    Authenticator authenticator = new Authenticator(accounts);
    Sessions sessions = new Sessions(accounts, random, System::nanoTime);
    Front front = new Front(network.uiBehindTls());
    all.add(new HomeRoute(sessions, front).route());
    all.addAll(UiFiles.routes());
    all.addAll(new SignInRoutes(authenticator, sessions, signInThrottle(), front).routes());
    routes = List.copyOf(all);
    RateLimiter limiter =
        new RateLimiter(network.requestsPerSecond(), network.burst(), System::nanoTime);
    Gate gate = new PageGate(new ApiKeyGate(authenticator, limiter), sessions, front);
    http = listen(network, new HttpServer.Parts(routes, gate, errors, metrics, System::nanoTime));
    grace = Duration.ofMillis(network.timeouts().graceMs());
    background.start();
  }

  private static List<Route> api(
      Api.Services services, ErrorMapping errors, Parts parts, int duplicateStatus) {
    ClaimOutcomes outcomes = new ClaimOutcomes(parts.metrics().registry());
    return Api.routes(services, errors, outcomes, strongRandom(), duplicateStatus);
  }

  /// What a former process has left in flight is taken up again, but nothing moves by itself after
  /// a restore.
  private GovernedCalls governedCalls(
      Settings settings, Parts parts, KillSwitch killSwitch, LongSupplier random) {
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
      LOG.log(Level.WARNING, Notices.PAUSED);
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

  // A person signs in once an hour. What is tried faster is a guess, and an API key is too long to
  // be guessed at any rate: this only keeps the guessing from costing anything.
  private static SignInRoutes.Throttle signInThrottle() {
    return new SignInRoutes.Throttle(
        new RateLimiter(0.2, 10, System::nanoTime), new RateLimiter(10, 100, System::nanoTime));
  }

  private static HttpServer listen(NetworkSettings network, HttpServer.Parts parts) {
    MemoryBudget budget = Capacity.ofThisProcess().budget(network.connectionsMax());
    Capacity.report(budget, parts.metrics().registry());
    try {
      return HttpServer.start(httpSettings(network, budget), parts);
    } catch (IllegalStateException e) {
      throw new SettingsException(
          "can't listen on " + network.host() + ":" + network.port() + ", is the port taken?");
    }
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

  /// Starts answering.
  public static OnceOnlyServer start(Settings settings, Parts parts) {
    return new OnceOnlyServer(settings, parts);
  }

  /// 64 strong random bits a call. Thread-safe.
  public static LongSupplier strongRandom() {
    SecureRandom random = new SecureRandom();
    return random::nextLong;
  }

  private static HttpSettings httpSettings(NetworkSettings network, MemoryBudget budget) {
    NetworkSettings.Timeouts timeouts = network.timeouts();
    HttpSettings.Timeouts defaults = HttpSettings.Timeouts.DEFAULT;
    return HttpSettings.on(network.host(), network.port())
        .withBudget(budget)
        .withTimeouts(
            new HttpSettings.Timeouts(
                Duration.ofMillis(timeouts.headerMs()),
                Duration.ofMillis(timeouts.bodyMs()),
                defaults.answer(),
                Duration.ofMillis(timeouts.idleMs()),
                Duration.ofMillis(timeouts.graceMs())));
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

  /// The API key that was made because there was none; shown once, then known by its hash only.
  public @Nullable String madeKey() {
    return madeKey;
  }

  /// Stops taking requests, answers every waiter, and finishes what is in flight. The store is the
  /// caller's.
  @Override
  public void close() {
    background.stop();
    waiters.close();
    calls.close();
    http.close();
    background.awaitEnd(grace);
    List<String> left = calls.finish(grace.toMillis());
    if (!left.isEmpty()) {
      LOG.log(
          Level.WARNING,
          "{0} calls are left to the next start, which takes them up: {1}",
          left.size(),
          String.join(", ", left));
    }
  }
}
