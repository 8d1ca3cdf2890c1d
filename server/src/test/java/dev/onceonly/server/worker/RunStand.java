package dev.onceonly.server.worker;

import dev.onceonly.core.Claim;
import dev.onceonly.core.Claimant;
import dev.onceonly.core.GrantId;
import dev.onceonly.core.account.ApiKey;
import dev.onceonly.core.account.Caller;
import dev.onceonly.core.account.Namespace;
import dev.onceonly.core.account.Plan;
import dev.onceonly.core.account.Plan.TtlBounds;
import dev.onceonly.core.account.Powers;
import dev.onceonly.core.account.Role;
import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.govern.AgentRow;
import dev.onceonly.core.lease.AcquireLease;
import dev.onceonly.core.lease.AcquireResult;
import dev.onceonly.core.lease.Ending;
import dev.onceonly.core.lease.FinishLease;
import dev.onceonly.core.lease.FinishLease.Outcome;
import dev.onceonly.core.lease.LeaseKey;
import dev.onceonly.core.lease.LeaseRow;
import dev.onceonly.core.lease.LeaseRules;
import dev.onceonly.core.lease.LeaseStatus;
import dev.onceonly.core.run.ActionChain;
import dev.onceonly.core.run.ActionRow;
import dev.onceonly.core.run.RunKey;
import dev.onceonly.core.run.RunOrder;
import dev.onceonly.core.run.RunQueries.EventPage;
import dev.onceonly.core.run.TaskKey;
import dev.onceonly.core.run.TaskRow;
import dev.onceonly.core.service.Calls;
import dev.onceonly.core.service.KillSwitch;
import dev.onceonly.core.service.LeaseAnswer;
import dev.onceonly.core.service.Leases;
import dev.onceonly.core.service.Store;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.step.Step;
import dev.onceonly.http.api.JsonRunDocuments;
import dev.onceonly.server.config.Settings;
import dev.onceonly.store.sqlite.DataFolder;
import dev.onceonly.store.sqlite.SqliteSettings;
import dev.onceonly.store.sqlite.SqliteStore;
import dev.onceonly.store.sqlite.TimeSources;
import dev.onceonly.testkit.Await;
import dev.onceonly.testkit.ManualTime;
import dev.onceonly.testkit.RefusingStore;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// A store on disk, workers on it one after the other, and whoever asks them for runs.
final class RunStand implements AutoCloseable {
  static final Settings.Worker SETTINGS = new Settings.Worker(4, 2, 1_000, 500);
  private static final LeaseRules RULES = new LeaseRules(60_000, Duration.ofDays(7).toMillis());

  /// Its window for repeats is 10 seconds.
  static final Plan PLAN = new Plan("unlimited", null, null, false, new TtlBounds(10, 3_600));

  private static final long TTL_MS = 10_000;
  private static final Claimant BY = new Claimant(1, false);

  final ManualTime time = new ManualTime(Instant.parse("2026-11-05T10:00:00Z"));
  final ScriptedCalls calls = new ScriptedCalls();
  final AtomicBoolean paused = new AtomicBoolean();

  /// How often the worker has asked whether it is.
  final AtomicInteger pauseLooks = new AtomicInteger();

  /// What the worker sees of the store: here it can be refused, and reads can hang.
  final RefusingStore seen;

  final Store store;
  final Leases leases;
  private final DataFolder folder;
  private final KillSwitch killSwitch;
  private final Calls made;
  private final AtomicLong random = new AtomicLong(1);
  private BackgroundWork work;
  private PrometheusRegistry registry = new PrometheusRegistry();

  RunStand(Path data) {
    this(data, null);
  }

  /// With calls that are made on the stand's own store.
  RunStand(Path data, @Nullable BiFunction<Store, KillSwitch, Calls> making) {
    folder = DataFolder.hold(data);
    SqliteStore opened =
        SqliteStore.open(
            folder,
            new SqliteStore.Opening(
                SqliteSettings.DEFAULT, new TimeSources(time.wall(), time.nanos()), false));
    opened.start();
    store = opened;
    seen = new RefusingStore(opened);
    killSwitch = new KillSwitch(store);
    store.listen(killSwitch);
    leases = new Leases(store, RULES);
    made = making == null ? calls : making.apply(store, killSwitch);
    work = background(SETTINGS);
  }

  private BackgroundWork background(Settings.Worker settings) {
    return new BackgroundWork(
        settings,
        new BackgroundWork.Services(
            seen.store(), RULES, made, () -> {}, new JsonRunDocuments(), killSwitch, _ -> PLAN),
        new BackgroundWork.Circumstances(true, this::isPaused, () -> random.addAndGet(2)),
        registry);
  }

  private boolean isPaused() {
    pauseLooks.incrementAndGet();
    seen.store().troubles();
    return paused.get();
  }

  RunStand start() {
    work.start();
    return this;
  }

  /// What a new process on the same folder brings.
  void startAnother() {
    registry = new PrometheusRegistry();
    work = background(SETTINGS);
    work.start();
  }

  /// Stops the worker and waits for it.
  void stop() {
    work.stop();
    work.awaitEnd(Duration.ofSeconds(30));
  }

  /// Asks for a run of these tools in namespace 1; agent `a`, run id as the key.
  LeaseRow run(String key, String... tools) {
    return run(1, key, order(key, false, tools), false);
  }

  LeaseRow run(long namespaceId, String key, RunOrder order, boolean retryFailed) {
    LeaseKey lease = new LeaseKey(namespaceId, key);
    Claim claim = new Claim(TTL_MS, random.addAndGet(2), null, null, BY);
    LeaseAnswer answer =
        work.keyedRuns()
            .acquire(caller(namespaceId), new AcquireLease(lease, claim, null, retryFailed), order);
    if (answer instanceof LeaseAnswer.Asked asked
        && asked.result() instanceof AcquireResult.Acquired(var row)) {
      return row;
    }
    throw new AssertionError("not acquired: " + answer);
  }

  static RunOrder order(String runId, boolean dryRun, String... tools) {
    List<ActionRow> actions = new ArrayList<>();
    String chain = ActionChain.start(dryRun);
    for (String tool : tools) {
      chain = ActionChain.next(chain, tool, "{\"n\":1}", 5);
      actions.add(new ActionRow(tool, "{\"n\":1}", 5, chain, null));
    }
    return new RunOrder(
        new TaskRow.Plan(runId, "a", tools.length, dryRun, true, "key_1"), actions, "{}");
  }

  static RunOrder unreadable(String runId) {
    return new RunOrder(new TaskRow.Plan(runId, "a", 0, false, false, "key_1"), List.of(), "{}");
  }

  private static Caller caller(long namespaceId) {
    Namespace namespace =
        new Namespace(
            namespaceId, "n" + namespaceId, "unlimited", 0, null, Namespace.Notifications.ALL);
    Powers powers = new Powers(Role.ADMIN, List.of(), List.of());
    return new Caller(
        namespace,
        PLAN,
        new ApiKey(1, "key_1", namespaceId, "once_live_…", powers, new ApiKey.Span(0, null)));
  }

  /// Waits for the run's end; the error code, or `completed`.
  String ended(String key) {
    return ended(1, key);
  }

  String ended(long namespaceId, String key) {
    LeaseKey lease = new LeaseKey(namespaceId, key);
    Set<LeaseStatus> finished = EnumSet.of(LeaseStatus.COMPLETED, LeaseStatus.FAILED);
    Await.until(() -> finished.contains(leases.status(lease).status()));
    LeaseRow row = Objects.requireNonNull(leases.status(lease).row());
    Ending ending = Objects.requireNonNull(row.ending());
    return ending.errorCode() == null ? "completed" : ending.errorCode();
  }

  @Nullable String result(String key) {
    return leases.result(new LeaseKey(1, key));
  }

  void cancel(String key, LeaseRow lease) {
    leases.finish(
        new FinishLease(
            new LeaseKey(1, key),
            GrantId.lease(lease.grant().token()),
            Outcome.Fail.canceled(null),
            BY));
  }

  @Nullable TaskRow task(String key) {
    return store.get(new TaskKey(1, key));
  }

  LeaseRow lease(String key) {
    return Objects.requireNonNull(store.get(new LeaseKey(1, key)));
  }

  /// Each as type and status.
  List<String> events(String runId) {
    EventPage page = store.events(new RunKey(1, runId), 2_000, 0);
    return page.items().stream()
        .map(found -> found.row().type() + " " + found.row().labels().status())
        .toList();
  }

  /// Throws the switch of agent `a`.
  void disable() {
    put(new AgentKey(1, "a"), AgentRow.UNSEEN.disabledAt(1, "enough"));
  }

  <T> void put(RowKey<T> key, T row) {
    store.run(new Put<>(key, row));
  }

  private record Put<T>(RowKey<T> key, T row) implements Step<Boolean> {
    @Override
    public long namespaceId() {
      return 1;
    }

    @Override
    public Collection<? extends RowKey<?>> reads(Instant now) {
      return List.of(key);
    }

    @Override
    public Decided<Boolean> decide(Rows rows, Instant now) {
      return new Decided<>(true, List.of(new Change<>(key, row)), List.of(), null);
    }
  }

  @Override
  public void close() {
    stop();
    store.close();
    folder.close();
  }
}
