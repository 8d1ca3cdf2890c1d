package dev.onceonly.server;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.onceonly.http.memory.BytePool;
import dev.onceonly.http.memory.MemoryBudget;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.lang.management.ManagementFactory;
import java.util.logging.Logger;

/// How much this process can take on: what its heap and its descriptors allow.
///
/// @param heapBytes what the heap may grow to
/// @param descriptorsMax what the operating system lets it open; `Long.MAX_VALUE` where that is not
///   known
record Capacity(long heapBytes, long descriptorsMax) {
  /// Descriptors for the rest: the program's own files, the database's, tools and mail servers that
  /// are being called.
  static final int OTHER_DESCRIPTORS = 512;

  // Below this the rest has to do with half of what there is.
  private static final int SHARE = 2;

  private static final Logger LOGGER = Logger.getLogger(Capacity.class.getName());

  static Capacity ofThisProcess() {
    long descriptors =
        ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
            ? unix.getMaxFileDescriptorCount()
            : Long.MAX_VALUE;
    return new Capacity(Runtime.getRuntime().maxMemory(), descriptors);
  }

  /// What connections and requests may have. Says in the log where the descriptors allow fewer
  /// connections than there would be.
  ///
  /// @param connectionsMax as it is set; 0 where heap and descriptors decide
  /// @param tls whether connections are encrypted here, for which each needs more of the heap
  MemoryBudget budget(int connectionsMax, boolean tls) {
    MemoryBudget budget =
        tls ? MemoryBudget.ofHeapWithTls(heapBytes) : MemoryBudget.ofHeap(heapBytes);
    int wanted = connectionsMax == 0 ? budget.connectionsMax() : connectionsMax;
    long spare = Math.max(descriptorsMax - OTHER_DESCRIPTORS, descriptorsMax / SHARE);
    // As many again may be on their way out, a quarter of them.
    long possible = Math.max(1, spare - spare / 5);
    if (wanted > possible) {
      LOGGER.warning(
          "the limit of "
              + descriptorsMax
              + " open files allows "
              + possible
              + " connections and not "
              + wanted
              + "; raise it (ulimit -n, LimitNOFILE=)");
    }
    return budget.withConnectionsMax((int) Math.min(wanted, possible));
  }

  /// Registers how much of the budget is taken.
  static void report(MemoryBudget budget, PrometheusRegistry registry) {
    GaugeWithCallback.builder()
        .name("onceonly_http_memory_bytes")
        .help("Heap that requests hold of their share, by share")
        .labelNames("share")
        .callback(gauge -> {
          gauge.call(taken(budget.requests()), "requests");
          gauge.call(taken(budget.strangers()), "strangers");
        })
        .register(registry);
    GaugeWithCallback.builder()
        .name("onceonly_http_memory_max_bytes")
        .help("What requests may hold of the heap, by share")
        .labelNames("share")
        .callback(gauge -> {
          gauge.call((double) budget.requests().bytesMax(), "requests");
          gauge.call((double) budget.strangers().bytesMax(), "strangers");
        })
        .register(registry);
  }

  private static double taken(BytePool pool) {
    return pool.bytesTaken();
  }
}
