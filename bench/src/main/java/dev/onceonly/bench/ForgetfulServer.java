package dev.onceonly.bench;

import com.sun.management.GarbageCollectorMXBean;
import com.sun.management.GcInfo;
import dev.onceonly.http.observe.ServerMetrics;
import dev.onceonly.server.OnceOnlyServer;
import dev.onceonly.server.Outbound;
import dev.onceonly.server.config.Settings;
import dev.onceonly.server.config.SettingsFiles;
import dev.onceonly.server.config.StorageSettings;
import dev.onceonly.store.sqlite.DataFolder;
import dev.onceonly.store.sqlite.SqliteSettings;
import dev.onceonly.store.sqlite.SqliteStore;
import dev.onceonly.store.sqlite.TimeSources;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.sqlite.SQLiteConfig.SynchronousMode;

/// The embedded server with one difference: what is settled is forgotten within two minutes, where
/// a setting could not say less than a day. So within an hour as much is forgotten as is made, and
/// whatever still grows is a leak. Also tells, in its metrics, what a collection has left on its
/// heap.
public final class ForgetfulServer {
  /// The metric's name.
  static final String HEAP_METRIC = "onceonly_bench_heap_after_collection_bytes";

  private static final Duration KEPT = Duration.ofMinutes(2);
  private static final String HEAP_POOLS = ".*(Eden|Survivor|Tenured).*";

  private ForgetfulServer() {}

  public static void main(String[] arguments) throws InterruptedException {
    Settings settings = Settings.of(SettingsFiles.collect(Map.of(), System.getenv(), null));
    StorageSettings storage = settings.storage();
    SqliteSettings forgetful =
        new SqliteSettings(
            storage.lane(),
            storage.walBytesMax(),
            storage.storageLowBytes(),
            new SqliteSettings.Retention(KEPT, KEPT, KEPT, KEPT, KEPT),
            Duration.ofMillis(storage.readTimeoutMs()),
            SynchronousMode.FULL);
    TimeSources time = new TimeSources(InstantSource.system(), System::nanoTime);
    DataFolder folder = DataFolder.hold(settings.data());
    SqliteStore store =
        SqliteStore.open(folder, new SqliteStore.Opening(forgetful, time, storage.acceptClock()));
    store.start();
    ServerMetrics metrics = new ServerMetrics();
    GaugeWithCallback.builder()
        .name(HEAP_METRIC)
        .help("Bytes on the heap when the last collection had ended")
        .callback(gauge -> gauge.call((double) heapAfterCollection()))
        .register(metrics.registry());
    OnceOnlyServer server =
        OnceOnlyServer.start(
            settings,
            new OnceOnlyServer.Parts(
                store,
                metrics,
                Outbound.overTheNetwork(settings.governance().tools(), settings.data()),
                store::isPaused));
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .unstarted(() -> {
                  server.close();
                  store.close();
                }));
    System.out.println("OnceOnly is ready on http://127.0.0.1:" + server.port());
    new CountDownLatch(1).await();
  }

  /// 0 before the first collection. The live objects and what a small collection leaves of others.
  private static long heapAfterCollection() {
    return ManagementFactory.getPlatformMXBeans(GarbageCollectorMXBean.class).stream()
        .map(GarbageCollectorMXBean::getLastGcInfo)
        .filter(info -> info != null)
        .max(Comparator.comparingLong(GcInfo::getEndTime))
        .map(GcInfo::getMemoryUsageAfterGc)
        .map(ForgetfulServer::heapBytes)
        .orElse(0L);
  }

  private static long heapBytes(Map<String, MemoryUsage> pools) {
    return pools.entrySet().stream()
        .filter(pool -> pool.getKey().matches(HEAP_POOLS))
        .mapToLong(pool -> pool.getValue().getUsed())
        .sum();
  }
}
