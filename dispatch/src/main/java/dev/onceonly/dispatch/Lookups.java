package dev.onceonly.dispatch;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Looks up hosts within a bound of time. A system's resolver can't be interrupted and holds the
/// thread that calls it, so look-ups run on platform threads of their own; a caller that has waited
/// long enough leaves one behind. Each namespace has a share of the threads, so that names nobody
/// answers for delay the look-ups of their own namespace only. Thread-safe.
final class Lookups implements AutoCloseable {
  /// Of all namespaces together. Where they are taken, the next free one goes to the namespace that
  /// has the fewest.
  static final int THREADS_MAX = 64;

  /// Of one namespace. More of its look-ups wait in line, each until its own time is up.
  static final int NAMESPACE_THREADS_MAX = 4;

  private static final int IDLE_SECONDS = 30;

  private final Resolver resolver;
  private final ThreadPoolExecutor threads;

  /// The namespaces that have a look-up running or waiting, in the order of their first one. The
  /// lock of all that follows.
  private final Map<Long, Share> shares = new LinkedHashMap<>();

  private int running;

  /// What one namespace has under way. Guarded by `shares`.
  private static final class Share {
    private final ArrayDeque<FutureTask<List<InetAddress>>> waiting = new ArrayDeque<>();
    private int running;
  }

  Lookups(Resolver resolver) {
    this.resolver = resolver;
    // The bound is ours, not the pool's: a thread that has just ended a look-up takes the next one
    // itself, and is at its end for the pool only later.
    threads =
        new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>());
    threads.setThreadFactory(Thread.ofPlatform().name("tool-lookup-", 0).daemon().factory());
  }

  /// The host's addresses.
  ///
  /// @throws TimeoutException where they are not known in time; its message is for people
  List<InetAddress> resolve(long namespaceId, String host, long nanos)
      throws UnknownHostException, TimeoutException, InterruptedException {
    FutureTask<List<InetAddress>> lookup = new FutureTask<>(() -> resolver.resolve(host));
    boolean begun = begin(namespaceId, lookup);
    try {
      return lookup.get(nanos, TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      boolean stillInLine = !begun && leave(namespaceId, lookup);
      throw new TimeoutException(
          stillInLine
              ? "no host look-up of the namespace ended in time"
              : "host look-up timed out");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownHostException unknown) {
        throw unknown;
      }
      throw new IllegalStateException("the look-up of a host failed", e.getCause());
    } finally {
      lookup.cancel(true);
      leave(namespaceId, lookup);
    }
  }

  /// Starts a look-up, or puts it into its namespace's line.
  ///
  /// @return whether it was started
  private boolean begin(long namespaceId, FutureTask<List<InetAddress>> lookup) {
    synchronized (shares) {
      Share share = shares.computeIfAbsent(namespaceId, _ -> new Share());
      if (running >= THREADS_MAX || share.running >= NAMESPACE_THREADS_MAX) {
        share.waiting.add(lookup);
        return false;
      }
      take(share);
      threads.execute(() -> runFrom(namespaceId, lookup));
      return true;
    }
  }

  /// Takes a look-up out of its line.
  ///
  /// @return whether it was still in it
  private boolean leave(long namespaceId, FutureTask<List<InetAddress>> lookup) {
    synchronized (shares) {
      Share share = shares.get(namespaceId);
      boolean removed = share != null && share.waiting.remove(lookup);
      forgetIfIdle(namespaceId, share);
      return removed;
    }
  }

  /// Runs a look-up, and then those that wait, for as long as this thread has a place.
  private void runFrom(long firstNamespaceId, FutureTask<List<InetAddress>> first) {
    Next next = new Next(firstNamespaceId, first);
    while (next != null) {
      next.lookup().run();
      // A caller that gave up has interrupted its own look-up, not the one that comes now.
      Thread.interrupted();
      next = after(next.namespaceId());
    }
  }

  private record Next(long namespaceId, FutureTask<List<InetAddress>> lookup) {}

  /// Gives a thread's place back, and takes it again for whoever waits and has the fewest.
  private @Nullable Next after(long endedNamespaceId) {
    synchronized (shares) {
      Share ended = shares.get(endedNamespaceId);
      if (ended != null) {
        ended.running--;
      }
      running--;
      forgetIfIdle(endedNamespaceId, ended);
      Map.Entry<Long, Share> fewest = withFewest();
      if (fewest == null) {
        return null;
      }
      take(fewest.getValue());
      return new Next(fewest.getKey(), fewest.getValue().waiting.remove());
    }
  }

  private Map.@Nullable Entry<Long, Share> withFewest() {
    Map.Entry<Long, Share> found = null;
    int fewest = NAMESPACE_THREADS_MAX;
    for (Map.Entry<Long, Share> entry : shares.entrySet()) {
      Share share = entry.getValue();
      if (!share.waiting.isEmpty() && share.running < fewest) {
        found = entry;
        fewest = share.running;
      }
    }
    return found;
  }

  private void take(Share share) {
    share.running++;
    running++;
  }

  private void forgetIfIdle(long namespaceId, @Nullable Share share) {
    if (share != null && share.running == 0 && share.waiting.isEmpty()) {
      shares.remove(namespaceId);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
