package dev.onceonly.testkit;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.core.account.ApiKey;
import dev.onceonly.core.account.ApiKeyKey;
import dev.onceonly.core.account.Namespace;
import dev.onceonly.core.account.NamespaceKey;
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
import dev.onceonly.core.step.CommitListener;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Step;
import dev.onceonly.core.step.StoreClock;
import dev.onceonly.core.usage.DayKey;
import dev.onceonly.core.usage.DayRow;
import dev.onceonly.core.usage.Feed;
import dev.onceonly.core.usage.MonthKey;
import dev.onceonly.core.usage.MonthRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A store in memory: one lock around maps, nothing durable, nothing ever forgotten but the feed.
/// For tests, and as what a durable store is measured against. Strict: a step that looks at a row
/// which it did not name fails. Thread-safe.
public final class MemoryStore implements Store {
  private final StoreClock clock;
  private final MemoryFeed feed;
  private final ReentrantLock lock = new ReentrantLock();
  private final MemoryRows rows = new MemoryRows();
  private final MemoryGovernance governance = new MemoryGovernance(rows);
  private final MemoryAudit audit = new MemoryAudit(rows);
  private final MemoryRuns runs = new MemoryRuns(rows);
  private final List<CommitListener> listeners = new CopyOnWriteArrayList<>();
  private volatile boolean storageLow;
  private volatile @Nullable String troubles;

  public MemoryStore(StoreClock clock) {
    this.clock = clock;
    this.feed = new MemoryFeed(clock);
    listen(feed);
  }

  @Override
  public <R> R run(Step<R> step) {
    Decided<R> decided;
    lock.lock();
    try {
      if (troubles != null) {
        throw new Failure(ErrorCode.STORAGE_UNAVAILABLE, "the store takes no steps: " + troubles);
      }
      Instant now = clock.now();
      decided = step.decide(new NamedRows(step.reads(now), rows::get), now);
      rows.apply(decided.changes());
      for (CommitListener listener : listeners) {
        listener.committed(decided.changes(), decided.facts());
      }
    } finally {
      lock.unlock();
    }
    Instant validUntil = decided.validUntil();
    if (validUntil == null) {
      return decided.answer();
    }
    Instant now = clock.now();
    return now.isBefore(validUntil) ? decided.answer() : step.outlived(decided.answer(), now);
  }

  @Override
  public <T> @Nullable T get(RowKey<T> key) {
    lock.lock();
    try {
      Object row = rows.get(key);
      return row == null ? null : key.rowType().cast(row);
    } finally {
      lock.unlock();
    }
  }

  private <R> R locked(Supplier<R> query) {
    lock.lock();
    try {
      return query.get();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Instant now() {
    return clock.now();
  }

  @Override
  public List<Namespace> namespaces() {
    List<Namespace> found = new ArrayList<>();
    locked(() -> {
      rows.each(NamespaceKey.class, Namespace.class, (_, row) -> found.add(row));
      return found;
    });
    found.sort(Comparator.comparing(Namespace::name));
    return found;
  }

  @Override
  public Map<String, ApiKey> apiKeys() {
    Map<String, ApiKey> found = new HashMap<>();
    return locked(() -> {
      rows.each(ApiKeyKey.class, ApiKey.class, (key, row) -> found.put(key.sha256(), row));
      return found;
    });
  }

  @Override
  public SortedMap<Integer, DayRow> days(long namespaceId, int fromDay, int toDay) {
    SortedMap<Integer, DayRow> found = new TreeMap<>();
    return locked(() -> {
      rows.each(
          DayKey.class,
          DayRow.class,
          (key, row) -> {
            if (key.namespaceId() == namespaceId && fromDay <= key.day() && key.day() <= toDay) {
              found.put(key.day(), row);
            }
          });
      return found;
    });
  }

  @Override
  public MonthRow allTime(long namespaceId) {
    List<MonthRow> months = new ArrayList<>();
    locked(() -> {
      rows.each(
          MonthKey.class,
          MonthRow.class,
          (key, row) -> {
            if (key.namespaceId() == namespaceId) {
              months.add(row);
            }
          });
      return months;
    });
    MonthRow total = MonthRow.NONE;
    for (MonthRow month : months) {
      total = new MonthRow(total.make().plus(month.make()), total.ai().plus(month.ai()));
    }
    return total;
  }

  @Override
  public Feed feed() {
    return feed;
  }

  @Override
  public void listen(CommitListener listener) {
    listeners.add(listener);
  }

  @Override
  public boolean isStorageLow() {
    return storageLow;
  }

  /// Plays a disk that is nearly full.
  public void setStorageLow(boolean low) {
    storageLow = low;
  }

  @Override
  public @Nullable Notice troubles() {
    String reason = troubles;
    return reason == null ? null : new Notice("storage_broken", reason);
  }

  /// Plays a store that takes no more steps, or one that does again.
  public void setTroubles(@Nullable String reason) {
    troubles = reason;
  }

  @Override
  public void close() {
    troubles = "it is closed";
  }

  @Override
  public List<FoundPolicy> policies(long namespaceId, String after, int limit, int offset) {
    return locked(() -> governance.policies(namespaceId, after, limit, offset));
  }

  @Override
  public SortedMap<String, ToolRow> tools(long namespaceId, String scopeId) {
    return locked(() -> governance.tools(namespaceId, scopeId));
  }

  @Override
  public Map<ToolKey, ToolRow> allTools() {
    return locked(governance::allTools);
  }

  @Override
  public List<FoundAgent> agents(long namespaceId, int day, int limit, int offset) {
    return locked(() -> governance.agents(namespaceId, day, limit, offset));
  }

  @Override
  public List<AgentKey> disabledAgents() {
    return locked(governance::disabledAgents);
  }

  @Override
  public CallPage calls(
      long namespaceId,
      @Nullable CallState state,
      @Nullable String agentId,
      int limit,
      int offset) {
    MemoryGovernance.CallFilter filter =
        new MemoryGovernance.CallFilter(namespaceId, state, agentId);
    return locked(() -> governance.calls(filter, limit, offset));
  }

  @Override
  public List<CallPage.Found> lapsedCalls(long nowMs, int limit) {
    return locked(() -> governance.lapsedCalls(nowMs, limit));
  }

  @Override
  public List<AuditEntry> callLog(ChainKey chain, int limit) {
    return locked(() -> audit.callLog(chain, limit));
  }

  @Override
  public AgentFigures figures(ChainKey chain, long fromMs) {
    return locked(() -> audit.figures(chain, fromMs));
  }

  @Override
  public List<Numbered> entries(ChainKey chain, long fromNumber, int limit) {
    return locked(() -> audit.entries(chain, fromNumber, limit));
  }

  @Override
  public Map<ChainKey, ChainRow> chains() {
    return locked(audit::chains);
  }

  @Override
  public List<ChainKey> chains(@Nullable ChainKey after, int limit) {
    return locked(() -> audit.chains(after, limit));
  }

  @Override
  public RunPage runs(long namespaceId, String prefix, int limit, int offset) {
    return locked(() -> runs.runs(namespaceId, prefix, limit, offset));
  }

  @Override
  public EventPage events(RunKey run, int limit, int offset) {
    return locked(() -> runs.events(run, limit, offset));
  }

  @Override
  public List<EventPage.Found> eventsAfter(RunKey run, EventCursor after, int limit) {
    return locked(() -> runs.eventsAfter(run, after, limit));
  }

  @Override
  public List<OpenTask> openTasks(long nowMs, int limit) {
    return locked(() -> runs.openTasks(nowMs, limit));
  }

  @Override
  public List<Due> dueMails(long nowMs, int limit) {
    return locked(() -> runs.dueMails(nowMs, limit));
  }
}
