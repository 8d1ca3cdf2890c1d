package dev.onceonly.testkit;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.core.account.ApiKey;
import dev.onceonly.core.account.ApiKeyKey;
import dev.onceonly.core.account.Namespace;
import dev.onceonly.core.lease.LeaseDocumentKey;
import dev.onceonly.core.lease.LeaseKey;
import dev.onceonly.core.service.Store;
import dev.onceonly.core.step.Change;
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
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A store in memory: one lock around maps, nothing durable, nothing ever forgotten but the feed.
/// For tests, and as what a durable store is measured against. Strict: a step that looks at a row
/// which it did not name fails. Thread-safe.
public final class MemoryStore implements Store {
  private final StoreClock clock;
  private final MemoryFeed feed;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Class<?>, Map<RowKey<?>, Object>> rowsByType = new HashMap<>();
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
      decided = step.decide(new NamedRows(step.reads(now), this::row), now);
      requireLeases(decided.changes());
      decided.changes().forEach(this::apply);
      for (CommitListener listener : listeners) {
        listener.committed(decided.changes(), decided.facts());
      }
    } finally {
      lock.unlock();
    }
    Instant validUntil = decided.validUntil();
    if (validUntil != null && !clock.now().isBefore(validUntil)) {
      throw Failure.overloaded("the grant ran out before its answer");
    }
    return decided.answer();
  }

  /// A document of a lease that does not exist is refused, and with it the whole step.
  private void requireLeases(List<Change<?>> changes) {
    for (Change<?> change : changes) {
      if (change.key() instanceof LeaseDocumentKey(LeaseKey lease, _)
          && row(lease) == null
          && changes.stream().noneMatch(other -> other.key().equals(lease))) {
        throw new Failure(ErrorCode.INTERNAL, "a lease's document needs its lease");
      }
    }
  }

  private <T> void apply(Change<T> change) {
    Map<RowKey<?>, Object> rows = rows(change.key().rowType());
    T row = change.row();
    if (row != null) {
      rows.put(change.key(), row);
    } else if (rows.remove(change.key()) != null && change.key() instanceof LeaseKey lease) {
      for (LeaseDocumentKey.Kind kind : LeaseDocumentKey.Kind.values()) {
        LeaseDocumentKey document = new LeaseDocumentKey(lease, kind);
        rows(document.rowType()).remove(document);
      }
    }
  }

  private Map<RowKey<?>, Object> rows(Class<?> type) {
    return rowsByType.computeIfAbsent(type, _ -> new HashMap<>());
  }

  private @Nullable Object row(RowKey<?> key) {
    Map<RowKey<?>, Object> rows = rowsByType.get(key.rowType());
    return rows == null ? null : rows.get(key);
  }

  @Override
  public <T> @Nullable T get(RowKey<T> key) {
    lock.lock();
    try {
      Object row = row(key);
      return row == null ? null : key.rowType().cast(row);
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
    lock.lock();
    try {
      return rows(Namespace.class).values().stream()
          .map(Namespace.class::cast)
          .sorted(Comparator.comparing(Namespace::name))
          .toList();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Map<String, ApiKey> apiKeys() {
    Map<String, ApiKey> found = new HashMap<>();
    lock.lock();
    try {
      rows(ApiKey.class)
          .forEach((key, row) -> {
            if (key instanceof ApiKeyKey(String sha256)) {
              found.put(sha256, ApiKey.class.cast(row));
            }
          });
    } finally {
      lock.unlock();
    }
    return found;
  }

  @Override
  public SortedMap<Integer, DayRow> days(long namespaceId, int fromDay, int toDay) {
    SortedMap<Integer, DayRow> found = new TreeMap<>();
    lock.lock();
    try {
      rows(DayRow.class)
          .forEach((key, row) -> {
            if (key instanceof DayKey(long namespace, int day)
                && namespace == namespaceId
                && fromDay <= day
                && day <= toDay) {
              found.put(day, DayRow.class.cast(row));
            }
          });
    } finally {
      lock.unlock();
    }
    return found;
  }

  @Override
  public MonthRow allTime(long namespaceId) {
    MonthRow total = MonthRow.NONE;
    lock.lock();
    try {
      for (Map.Entry<RowKey<?>, Object> entry : rows(MonthRow.class).entrySet()) {
        if (entry.getKey() instanceof MonthKey(long namespace, _) && namespace == namespaceId) {
          MonthRow month = MonthRow.class.cast(entry.getValue());
          total = new MonthRow(total.make().plus(month.make()), total.ai().plus(month.ai()));
        }
      }
    } finally {
      lock.unlock();
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
  public @Nullable String troubles() {
    return troubles;
  }

  /// Plays a store that takes no more steps, or one that does again.
  public void setTroubles(@Nullable String reason) {
    troubles = reason;
  }

  @Override
  public void close() {
    troubles = "it is closed";
  }

  // ---- queries of governance, runs, audit and mail: to be written ----

  @Override
  public java.util.SortedMap<String, dev.onceonly.core.govern.PolicyRow> policies(long n) {
    throw new UnsupportedOperationException();
  }

  @Override
  public java.util.SortedMap<String, dev.onceonly.core.govern.ToolRow> tools(long n, String s) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Map<dev.onceonly.core.govern.ToolKey, dev.onceonly.core.govern.ToolRow> allTools() {
    return Map.of();
  }

  @Override
  public java.util.SortedMap<String, dev.onceonly.core.govern.AgentRow> agents(long n) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Map<String, dev.onceonly.core.govern.AgentDayRow> agentDays(long n, int day) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<dev.onceonly.core.govern.AgentKey> disabledAgents() {
    return List.of();
  }

  @Override
  public dev.onceonly.core.govern.GovernQueries.CallPage calls(
      long n,
      dev.onceonly.core.govern.@Nullable CallState state,
      @Nullable String agentId,
      int limit,
      int offset) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<dev.onceonly.core.govern.GovernQueries.CallPage.Found> lapsedCalls(long t, int l) {
    return List.of();
  }

  @Override
  public List<dev.onceonly.core.audit.AuditEntry> callLog(
      dev.onceonly.core.audit.ChainKey chain, int limit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public dev.onceonly.core.audit.AuditQueries.AgentFigures figures(
      dev.onceonly.core.audit.ChainKey chain, long fromMs) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<dev.onceonly.core.audit.AuditQueries.Numbered> entries(
      dev.onceonly.core.audit.ChainKey chain, long fromNumber, int limit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Map<dev.onceonly.core.audit.ChainKey, dev.onceonly.core.audit.ChainRow> chains() {
    throw new UnsupportedOperationException();
  }

  @Override
  public dev.onceonly.core.run.RunQueries.RunPage runs(long n, String p, int limit, int offset) {
    throw new UnsupportedOperationException();
  }

  @Override
  public dev.onceonly.core.run.RunQueries.EventPage events(
      dev.onceonly.core.run.RunKey run, int limit, int offset) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<dev.onceonly.core.run.RunQueries.OpenTask> openTasks(long nowMs, int limit) {
    return List.of();
  }

  @Override
  public long openTasks(long namespaceId, String agentId) {
    return 0;
  }

  @Override
  public List<dev.onceonly.core.notify.MailQueries.Due> dueMails(long nowMs, int limit) {
    return List.of();
  }
}
