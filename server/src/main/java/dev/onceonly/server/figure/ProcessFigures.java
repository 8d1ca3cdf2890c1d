package dev.onceonly.server.figure;

import com.sun.management.UnixOperatingSystemMXBean;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.SummaryWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Quantiles;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// What the process takes of the machine, under the names that Prometheus' client libraries have
/// for it. Nothing of it is looked at before a scrape, so that a start pays nothing. What the
/// operating system does not tell is left out.
public final class ProcessFigures {
  private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final double MS_PER_SECOND = TimeUnit.SECONDS.toMillis(1);
  private static final long BYTES_PER_KIB = 1_024;
  private static final Path STATUS = Path.of("/proc/self/status");

  private ProcessFigures() {}

  /// Registers them.
  public static void report(PrometheusRegistry registry) {
    ofTheProcess(registry);
    ofDescriptors(registry);
    ofMemory(registry);
    ofTheMachine(registry);
  }

  private static void ofTheProcess(PrometheusRegistry registry) {
    CounterWithCallback.builder()
        .name("process_cpu_seconds_total")
        .help("Time on processors, of user and system")
        .callback(counter -> {
          UnixOperatingSystemMXBean unix = unix();
          if (unix != null) {
            counter.call(unix.getProcessCpuTime() / NANOS_PER_SECOND);
          }
        })
        .register(registry);
    GaugeWithCallback.builder()
        .name("process_start_time_seconds")
        .help("When the process was started, in seconds since 1970-01-01T00:00:00Z")
        .callback(gauge ->
            gauge.call(ManagementFactory.getRuntimeMXBean().getStartTime() / MS_PER_SECOND))
        .register(registry);
    ofStatus(registry, "process_resident_memory_bytes", "Memory in use of the machine's", "VmRSS:");
    ofStatus(registry, "process_virtual_memory_bytes", "Addresses that are taken", "VmSize:");
  }

  private static void ofDescriptors(PrometheusRegistry registry) {
    ofUnix(
        registry,
        "process_open_fds",
        "Descriptors that are open: files and connections",
        UnixOperatingSystemMXBean::getOpenFileDescriptorCount);
    ofUnix(
        registry,
        "process_max_fds",
        "Descriptors that may be open",
        UnixOperatingSystemMXBean::getMaxFileDescriptorCount);
  }

  private static void ofMemory(PrometheusRegistry registry) {
    ofAreas(registry, "jvm_memory_used_bytes", "Memory of the JVM in use", MemoryUsage::getUsed);
    ofAreas(
        registry,
        "jvm_memory_committed_bytes",
        "Memory that the JVM has of the machine",
        MemoryUsage::getCommitted);
    ofAreas(
        registry,
        "jvm_memory_max_bytes",
        "Memory that the JVM may have; -1 is no bound",
        MemoryUsage::getMax);
    GaugeWithCallback.builder()
        .name("jvm_buffer_pool_used_bytes")
        .help("Memory of buffers outside the heap")
        .labelNames("pool")
        .callback(gauge ->
            ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)
                .forEach(pool -> gauge.call((double) pool.getMemoryUsed(), pool.getName())))
        .register(registry);
  }

  private static void ofTheMachine(PrometheusRegistry registry) {
    SummaryWithCallback.builder()
        .name("jvm_gc_collection_seconds")
        .help("Time in collections of garbage, by collector")
        .labelNames("gc")
        .callback(summary -> {
          for (GarbageCollectorMXBean gc : ManagementFactory.getGarbageCollectorMXBeans()) {
            summary.call(
                gc.getCollectionCount(),
                gc.getCollectionTime() / MS_PER_SECOND,
                Quantiles.EMPTY,
                gc.getName());
          }
        })
        .register(registry);
    GaugeWithCallback.builder()
        .name("jvm_threads_current")
        .help("Platform threads; virtual ones are not counted")
        .callback(gauge -> gauge.call(ManagementFactory.getThreadMXBean().getThreadCount()))
        .register(registry);
  }

  private static void ofAreas(
      PrometheusRegistry registry, String name, String help, ToLongFunction<MemoryUsage> figure) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames("area")
        .callback(gauge -> {
          var memory = ManagementFactory.getMemoryMXBean();
          gauge.call((double) figure.applyAsLong(memory.getHeapMemoryUsage()), "heap");
          gauge.call((double) figure.applyAsLong(memory.getNonHeapMemoryUsage()), "nonheap");
        })
        .register(registry);
  }

  private static void ofUnix(
      PrometheusRegistry registry,
      String name,
      String help,
      ToLongFunction<UnixOperatingSystemMXBean> figure) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(gauge -> {
          UnixOperatingSystemMXBean unix = unix();
          if (unix != null) {
            gauge.call((double) figure.applyAsLong(unix));
          }
        })
        .register(registry);
  }

  private static @Nullable UnixOperatingSystemMXBean unix() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix
        : null;
  }

  private static void ofStatus(
      PrometheusRegistry registry, String name, String help, String field) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(gauge -> {
          Long kib = kib(field);
          if (kib != null) {
            gauge.call((double) (kib * BYTES_PER_KIB));
          }
        })
        .register(registry);
  }

  /// Linux tells; null elsewhere.
  private static @Nullable Long kib(String field) {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith(field)) {
          return Long.valueOf(line.replaceAll("[^0-9]", ""));
        }
      }
    } catch (IOException e) {
      // Not Linux.
    }
    return null;
  }
}
