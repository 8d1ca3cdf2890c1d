package dev.onceonly.store.sqlite;

import dev.onceonly.core.account.ApiKey;
import dev.onceonly.core.account.Namespace;
import dev.onceonly.core.audit.AuditEntry;
import dev.onceonly.core.audit.ChainKey;
import dev.onceonly.core.audit.ChainRow;
import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.govern.CallState;
import dev.onceonly.core.govern.ToolKey;
import dev.onceonly.core.govern.ToolRow;
import dev.onceonly.core.run.RunKey;
import dev.onceonly.core.service.Notice;
import dev.onceonly.core.service.Store;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.CommitListener;
import dev.onceonly.core.step.Fact;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Step;
import dev.onceonly.core.usage.DayRow;
import dev.onceonly.core.usage.Feed;
import dev.onceonly.core.usage.MonthRow;
import dev.onceonly.store.BatchSession;
import dev.onceonly.store.ClockSinceStart;
import dev.onceonly.store.CommitLane;
import dev.onceonly.store.LaneListener;
import dev.onceonly.store.RecentFeed;
import dev.onceonly.store.SessionException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The embedded store: one writer lane and read-only connections on one SQLite database in WAL mode
/// with `synchronous=FULL`. Thread-safe. The caller keeps holding the data folder until after
/// [#close()].
public final class SqliteStore implements Store {
  private static final long NOBODY = 0;

  private final DataFolder folder;
  private final SqliteSettings settings;
  private final FreeSpace space;
  private final ClockSinceStart clock;
  private final Checkpoints checkpoints;
  private final CommitLane lane;
  private final Readers readers;
  private final RecentFeed feed;
  private volatile boolean paused;

  private SqliteStore(DataFolder folder, Opening opening, UnaryOperator<BatchSession> between)
      throws SQLException {
    this.folder = folder;
    this.settings = opening.settings;
    space = new FreeSpace(folder, settings.storageLowBytes());
    SqliteStart.Opened opened = SqliteStart.open(folder, opening);
    Connection connection = opened.connection();
    SqliteTables tables = opened.tables();
    clock = opened.clock();
    StateValues state = new StateValues(tables.statements);
    long lastItem = state.load(StateValues.FEED_LAST);
    feed = new RecentFeed(clock, settings.retention().feed(), lastItem, this::savedItems);
    FeedTable feedTable = new FeedTable(tables.statements);
    checkpoints =
        new Checkpoints(
            folder.database(),
            connection,
            settings,
            opening.time.nanos(),
            fault -> stop(SqliteFaults.duringCheckpoint(fault)));
    Sweep sweep = opening.sweeps ? new Sweep(tables, settings.retention()) : null;
    SqliteHousekeeping housekeeping =
        new SqliteHousekeeping(clock, checkpoints, sweep, feedTable, feed, space);
    BatchSession session = between.apply(new SqliteSession(connection, tables, housekeeping));
    lane = new CommitLane(session, clock, opening.time.nanos(), settings.lane());
    lane.listen(feed);
    lane.listen(this::noteResumed);
    readers = new Readers(folder.database(), opening.time.nanos(), settings.readTimeout());
    paused = state.load(StateValues.PAUSED) != 0;
  }

  /// How a store is opened.
  ///
  /// @param acceptClock start even if the last persisted instant lies more than 60 s ahead
  /// @param sweeps whether what is over is deleted meanwhile: a server's work, and not that of a
  ///   command, which may have been given another retention
  public record Opening(
      SqliteSettings settings, TimeSources time, boolean acceptClock, boolean sweeps) {
    /// A server's.
    public Opening(SqliteSettings settings, TimeSources time, boolean acceptClock) {
      this(settings, time, acceptClock, true);
    }
  }

  /// Opens the store in a folder that the caller holds, or makes one where there never was one.
  /// Steps are taken after [#start()].
  ///
  /// @throws StoreRefused where an operator has to do something first
  public static SqliteStore open(DataFolder folder, Opening opening) {
    return open(folder, opening, session -> session);
  }

  /// As above, with something put between the lane and the database: tests cut there.
  public static SqliteStore open(
      DataFolder folder, Opening opening, UnaryOperator<BatchSession> between) {
    try {
      return new SqliteStore(folder, opening, between);
    } catch (SQLException e) {
      StoreRefused damaged = StoreFiles.damaged(folder.database(), e);
      if (damaged != null) {
        throw damaged;
      }
      throw new StoreRefused(
          "the database in "
              + folder.path()
              + " can't be opened: "
              + SqliteFaults.during("open", e).getMessage());
    }
  }

  public void start() {
    lane.start();
  }

  /// The data folder, which the caller of [#open(DataFolder, Opening)] holds.
  public Path folder() {
    return folder.path();
  }

  /// Figures for metrics.
  public void report(LaneListener listener) {
    lane.report(listener);
    checkpoints.report(listener);
  }

  public int queueDepth() {
    return lane.depth();
  }

  /// How far the store's clock is ahead of the wall clock.
  public Duration clockDrift() {
    return clock.drift();
  }

  /// Counts what operators watch. Takes time where there is much of it, as long as a caller's read
  /// may: whoever asks often keeps the answer for a while.
  ///
  /// @throws dev.onceonly.core.Failure as a caller's read
  public StoreCounts counts() {
    return readers.list(NOBODY, tables -> StoreCounts.read(tables.statements));
  }

  /// Names of registered tools, whosever, so many at most.
  public List<String> toolNames(int limit) {
    return readers.own(tables -> StoreCounts.toolNames(tables.statements, limit));
  }

  /// Measures files and disk.
  ///
  /// @throws java.io.UncheckedIOException where they can't be read
  public StoreSizes sizes() {
    return StoreSizes.of(folder, settings.storageLowBytes());
  }

  /// Writes a consistent copy to a new file while the store goes on.
  ///
  /// @throws StoreRefused if the file exists or can't be written
  public void backup(Path file) {
    Backup.write(folder.database(), file);
  }

  /// Looks whether everything fits together; reads only.
  public StoreCheck.Findings check() {
    return readers.alone(tables -> StoreCheck.run(tables.statements.connection()));
  }

  /// Whether the store was restored from a backup and has not been resumed since. Kept in memory:
  /// whoever asks before every piece of work waits for nobody's reads.
  public boolean isPaused() {
    return paused;
  }

  /// Ends the pause that follows a restore; true if there was one.
  public boolean resume() {
    return run(new ResumeStep());
  }

  /// By which number the key that signed the last checkpoint is known again; 0 where none is known.
  public long checkpointKey() {
    return run(new CheckpointKeyStep(0));
  }

  /// Notes the key that signs checkpoints from now on.
  public void noteCheckpointKey(long fingerprint) {
    run(new CheckpointKeyStep(fingerprint));
  }

  private List<RecentFeed.Numbered> savedItems(long namespaceId) {
    return readers.list(
        namespaceId, tables -> new FeedTable(tables.statements).newest(namespaceId));
  }

  private void noteResumed(List<Change<?>> changes, List<Fact> facts) {
    for (Fact fact : facts) {
      if (fact instanceof ResumeStep.Resumed) {
        paused = false;
      }
    }
  }

  /// A full disk may have space again, and a lock ends; the log keeps what could not be copied.
  private void stop(SessionException fault) {
    if (fault.meaning() == SessionException.Meaning.NO_SPACE
        || fault.meaning() == SessionException.Meaning.BUSY) {
      System.getLogger(SqliteStore.class.getName())
          .log(System.Logger.Level.WARNING, "put off: {0}", fault.getMessage());
    } else {
      lane.stop(String.valueOf(fault.getMessage()));
    }
  }

  @Override
  public <R> R run(Step<R> step) {
    return lane.run(step);
  }

  @Override
  public <T> @Nullable T get(RowKey<T> key) {
    return readers.<@Nullable T>row(key.namespaceId(), tables -> tables.load(key));
  }

  @Override
  public Instant now() {
    return clock.now();
  }

  @Override
  public List<Namespace> namespaces() {
    return readers.own(tables -> tables.namespaces.all());
  }

  @Override
  public Map<String, ApiKey> apiKeys() {
    return readers.own(tables -> tables.apiKeys.all());
  }

  @Override
  public SortedMap<Integer, DayRow> days(long namespaceId, int fromDay, int toDay) {
    return readers.row(namespaceId, tables -> tables.days.range(namespaceId, fromDay, toDay));
  }

  @Override
  public MonthRow allTime(long namespaceId) {
    return readers.row(namespaceId, tables -> tables.months.total(namespaceId));
  }

  @Override
  public List<FoundPolicy> policies(long namespaceId, String after, int limit, int offset) {
    return readers.list(
        namespaceId, tables -> tables.policies.page(namespaceId, after, limit, offset));
  }

  @Override
  public SortedMap<String, ToolRow> tools(long namespaceId, String scopeId) {
    return readers.list(namespaceId, tables -> tables.tools.ofScope(namespaceId, scopeId));
  }

  @Override
  public Map<ToolKey, ToolRow> allTools() {
    return readers.own(tables -> tables.tools.all());
  }

  @Override
  public List<FoundAgent> agents(long namespaceId, int day, int limit, int offset) {
    return readers.list(namespaceId, tables -> tables.agents.page(namespaceId, day, limit, offset));
  }

  @Override
  public List<AgentKey> disabledAgents() {
    return readers.own(tables -> tables.agents.disabled());
  }

  @Override
  public CallPage calls(
      long namespaceId,
      @Nullable CallState state,
      @Nullable String agentId,
      int limit,
      int offset) {
    CallTable.CallFilter filter = new CallTable.CallFilter(namespaceId, state, agentId);
    return readers.list(namespaceId, tables -> tables.calls.page(filter, limit, offset));
  }

  @Override
  public List<CallPage.Found> lapsedCalls(long nowMs, int limit) {
    return readers.own(tables -> tables.calls.lapsed(nowMs, limit));
  }

  @Override
  public List<AuditEntry> callLog(ChainKey chain, int limit) {
    return readers.list(chain.namespaceId(), tables -> tables.audit.calls(chain, limit));
  }

  @Override
  public AgentFigures figures(ChainKey chain, long fromMs) {
    return readers.list(chain.namespaceId(), tables -> tables.figures.from(chain, fromMs));
  }

  @Override
  public List<Numbered> entries(ChainKey chain, long fromNumber, int limit) {
    return readers.own(tables -> tables.audit.from(chain, fromNumber, limit));
  }

  @Override
  public Map<ChainKey, ChainRow> chains() {
    return readers.own(tables -> tables.chains.all());
  }

  @Override
  public List<ChainKey> chains(@Nullable ChainKey after, int limit) {
    return readers.own(tables -> tables.chains.next(after, limit));
  }

  @Override
  public RunPage runs(long namespaceId, String prefix, int limit, int offset) {
    return readers.list(
        namespaceId, tables -> tables.runs.page(namespaceId, prefix, limit, offset));
  }

  @Override
  public EventPage events(RunKey run, int limit, int offset) {
    return readers.list(run.namespaceId(), tables -> tables.events.page(run, limit, offset));
  }

  @Override
  public List<EventPage.Found> eventsAfter(RunKey run, EventCursor after, int limit) {
    return readers.list(run.namespaceId(), tables -> tables.events.after(run, after, limit));
  }

  @Override
  public List<OpenTask> openTasks(long nowMs, int limit) {
    return readers.own(tables -> tables.tasks.open(nowMs, limit));
  }

  @Override
  public List<Due> dueMails(long nowMs, int limit) {
    return readers.own(tables -> tables.mails.due(nowMs, limit));
  }

  @Override
  public Feed feed() {
    return feed;
  }

  @Override
  public void listen(CommitListener listener) {
    lane.listen(listener);
  }

  @Override
  public boolean isStorageLow() {
    return space.isLowNow();
  }

  /// Says that little space is left, while that is so; as of a second ago at most.
  public @Nullable Notice lowSpace() {
    return space.notice();
  }

  @Override
  public @Nullable Notice troubles() {
    return lane.troubles();
  }

  @Override
  public void close() {
    try {
      lane.close();
    } finally {
      readers.close();
    }
  }
}
