package dev.onceonly.core.service;

import dev.onceonly.core.lease.LeaseKey;
import dev.onceonly.core.lease.LeaseRow;
import dev.onceonly.core.run.TaskKey;
import dev.onceonly.core.run.TaskRow;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.CommitListener;
import dev.onceonly.core.step.Fact;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The open runs in memory: which wait, whose turn is next, and when a lease has to be extended.
/// The store is the truth; this says only where to look, and each step checks again. Namespaces
/// take turns, and none has more than its share of runs at a time. Bounded by what is admitted.
/// Thread-safe; quick enough for the lane's thread.
public final class RunQueue implements CommitListener {
  private final Limits limits;
  private final Map<TaskKey, Entry> open = new HashMap<>();
  private final Map<Long, Share> shares = new HashMap<>();

  /// Namespaces of which a run may start now.
  private final LinkedHashSet<Long> turns = new LinkedHashSet<>();

  private volatile @Nullable Runnable waker;

  public RunQueue(Limits limits) {
    this.limits = limits;
  }

  /// Bounds.
  ///
  /// @param max runs that are queued or running; more are not admitted. Callers that come together
  ///   may exceed it by their number
  /// @param namespaceMax the same of one namespace
  /// @param namespaceRunningMax runs of one namespace that run here at a time
  public record Limits(int max, int namespaceMax, int namespaceRunningMax) {}

  /// An open run as last heard of.
  public record Open(TaskKey key, TaskRow task) {}

  private static final class Entry {
    TaskRow task;
    boolean runsHere;
    long leaseExpiresAtMs;
    long leaseTtlMs;

    Entry(TaskRow task) {
      this.task = task;
    }
  }

  private static final class Share {
    final LinkedHashSet<TaskKey> waiting = new LinkedHashSet<>();
    int open;
    int running;
  }

  /// Called whenever a run may start, maybe on the lane's thread: must be quick and must not throw.
  public void wake(Runnable callback) {
    waker = callback;
  }

  private void wakeUp() {
    Runnable callback = waker;
    if (callback != null) {
      callback.run();
    }
  }

  /// Whether one more run of the namespace is admitted.
  public synchronized boolean hasRoom(long namespaceId) {
    Share share = shares.get(namespaceId);
    return open.size() < limits.max && (share == null || share.open < limits.namespaceMax);
  }

  /// Takes in what was found in the store and is not known yet.
  ///
  /// @param lease its lease as read; null where there is none
  public void found(TaskKey key, TaskRow task, @Nullable LeaseRow lease) {
    synchronized (this) {
      if (open.containsKey(key)) {
        return;
      }
      Entry entry = add(key, task);
      if (lease != null) {
        entry.leaseExpiresAtMs = lease.expiresAtMs();
        entry.leaseTtlMs = lease.ttlMs();
      }
      await(key);
    }
    wakeUp();
  }

  public synchronized boolean knows(TaskKey key) {
    return open.containsKey(key);
  }

  /// The next run to start here, and counts it as running until [#ended]. Null while no namespace
  /// has one that may start.
  public synchronized @Nullable Open next() {
    while (!turns.isEmpty()) {
      long namespaceId = turns.removeFirst();
      Share share = share(namespaceId);
      if (share.waiting.isEmpty()) {
        continue;
      }
      TaskKey key = share.waiting.removeFirst();
      share.running++;
      giveTurn(namespaceId, share);
      Entry entry = open.get(key);
      if (entry != null) {
        entry.runsHere = true;
        return new Open(key, entry.task);
      }
      share.running--;
    }
    return null;
  }

  /// A run that was started here runs no longer.
  ///
  /// @param again whether it waits again, if it is still open; else it is forgotten, and found
  ///   again when another worker's claim on it has lapsed
  public void ended(Open started, boolean again) {
    TaskKey key = started.key;
    synchronized (this) {
      Share share = share(key.namespaceId());
      share.running--;
      Entry entry = open.get(key);
      if (entry != null && isSame(entry.task, started.task)) {
        entry.runsHere = false;
        if (again) {
          share.waiting.add(key);
        } else {
          remove(key);
        }
      }
      giveTurn(key.namespaceId(), share);
      drop(key.namespaceId(), share);
    }
    wakeUp();
  }

  /// Open runs, those whose lease or claim is to be renewed first and no others.
  ///
  /// @param claimMarginMs a claim of ours that lapses within this time is due
  public synchronized List<Open> due(long nowMs, long claimMarginMs) {
    List<Open> due = new ArrayList<>();
    open.forEach((key, entry) -> {
      boolean lease = entry.leaseExpiresAtMs - nowMs <= entry.leaseTtlMs / 2;
      boolean claim =
          entry.runsHere
              && entry.task.claim() != 0
              && entry.task.claimUntilMs() - nowMs <= claimMarginMs;
      if (lease || claim) {
        due.add(new Open(key, entry.task));
      }
    });
    return due;
  }

  /// Runs that wait here.
  public synchronized int waiting() {
    return shares.values().stream().mapToInt(share -> share.waiting.size()).sum();
  }

  /// Runs that run here.
  public synchronized int running() {
    return shares.values().stream().mapToInt(share -> share.running).sum();
  }

  @Override
  public void committed(List<Change<?>> changes, List<Fact> facts) {
    boolean startable = false;
    synchronized (this) {
      for (Change<?> change : changes) {
        if (change.key() instanceof TaskKey key) {
          startable |= changed(key, (TaskRow) change.row());
        }
      }
      if (!open.isEmpty()) {
        changes.forEach(this::leaseChanged);
      }
    }
    if (startable) {
      wakeUp();
    }
  }

  private boolean changed(TaskKey key, @Nullable TaskRow task) {
    if (task == null) {
      remove(key);
      return false;
    }
    Entry entry = open.get(key);
    if (entry != null && isSame(entry.task, task)) {
      entry.task = task;
      return false;
    }
    // The key has been acquired anew: its run waits, even while the former one's is still running.
    remove(key);
    // One that is claimed is another worker's, or the rest of a batch that also ends it.
    if (task.claim() != 0) {
      return false;
    }
    add(key, task);
    await(key);
    return true;
  }

  private void leaseChanged(Change<?> change) {
    if (change.key() instanceof LeaseKey(long namespaceId, String key)
        && change.row() instanceof LeaseRow lease) {
      Entry entry = open.get(new TaskKey(namespaceId, key));
      if (entry != null) {
        entry.leaseExpiresAtMs = lease.expiresAtMs();
        entry.leaseTtlMs = lease.ttlMs();
      }
    }
  }

  private static boolean isSame(TaskRow one, TaskRow other) {
    return one.leaseToken() == other.leaseToken();
  }

  private Entry add(TaskKey key, TaskRow task) {
    Entry entry = new Entry(task);
    open.put(key, entry);
    share(key.namespaceId()).open++;
    return entry;
  }

  private void await(TaskKey key) {
    Share share = share(key.namespaceId());
    share.waiting.add(key);
    giveTurn(key.namespaceId(), share);
  }

  private void remove(TaskKey key) {
    if (open.remove(key) != null) {
      Share share = share(key.namespaceId());
      share.open--;
      share.waiting.remove(key);
      drop(key.namespaceId(), share);
    }
  }

  private Share share(long namespaceId) {
    return shares.computeIfAbsent(namespaceId, _ -> new Share());
  }

  private void giveTurn(long namespaceId, Share share) {
    if (!share.waiting.isEmpty() && share.running < limits.namespaceRunningMax) {
      turns.add(namespaceId);
    }
  }

  /// So that namespaces of long ago take no memory.
  private void drop(long namespaceId, Share share) {
    if (share.open == 0 && share.running == 0 && share.waiting.isEmpty()) {
      shares.remove(namespaceId);
      turns.remove(namespaceId);
    }
  }
}
