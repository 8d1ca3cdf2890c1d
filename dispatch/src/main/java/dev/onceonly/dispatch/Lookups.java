package dev.onceonly.dispatch;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Looks up hosts within a bound of time. A system's resolver can't be interrupted and holds the
/// thread that calls it, so look-ups run on a few platform threads of their own; a caller that has
/// waited long enough leaves one behind. Thread-safe.
final class Lookups implements AutoCloseable {
  private static final int THREADS_MAX = 16;
  private static final int IDLE_SECONDS = 30;

  private final Resolver resolver;
  private final ThreadPoolExecutor threads;

  Lookups(Resolver resolver) {
    this.resolver = resolver;
    threads =
        new ThreadPoolExecutor(
            THREADS_MAX, THREADS_MAX, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
    threads.setThreadFactory(Thread.ofPlatform().name("tool-lookup-", 0).daemon().factory());
    threads.allowCoreThreadTimeOut(true);
  }

  /// The host's addresses.
  ///
  /// @throws TimeoutException where they are not known in time
  List<InetAddress> resolve(String host, long nanos)
      throws UnknownHostException, TimeoutException, InterruptedException {
    Future<List<InetAddress>> lookup = threads.submit(() -> resolver.resolve(host));
    try {
      return lookup.get(nanos, TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownHostException unknown) {
        throw unknown;
      }
      throw new IllegalStateException("the look-up of a host failed", e.getCause());
    } finally {
      lookup.cancel(true);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
