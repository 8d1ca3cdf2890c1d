package dev.onceonly.server;

import dev.onceonly.server.config.Settings;
import dev.onceonly.server.config.StorageSettings;
import dev.onceonly.store.sqlite.DataFolder;
import dev.onceonly.store.sqlite.SqliteSettings;
import dev.onceonly.store.sqlite.SqliteStore;
import dev.onceonly.store.sqlite.TimeSources;
import java.time.Duration;
import java.time.InstantSource;
import org.sqlite.SQLiteConfig.SynchronousMode;

/// Opens the embedded store as the settings say.
public final class Stores {
  private Stores() {}

  /// Opens the store for a command in a folder that the caller holds; it takes steps from now on,
  /// and deletes nothing that is over.
  public static SqliteStore open(DataFolder folder, Settings settings) {
    SqliteStore store = opened(folder, settings, false);
    store.start();
    return store;
  }

  /// Opens the store for a server, which deletes what is over; the caller starts it.
  public static SqliteStore opened(DataFolder folder, Settings settings) {
    return opened(folder, settings, true);
  }

  private static SqliteStore opened(DataFolder folder, Settings settings, boolean sweeps) {
    StorageSettings storage = settings.storage();
    SqliteSettings sqlite =
        new SqliteSettings(
            storage.lane().withFlushSlow(Duration.ofMillis(storage.flushSlowMs())),
            storage.walBytesMax(),
            storage.storageLowBytes(),
            new SqliteSettings.Retention(
                Duration.ofDays(storage.retention().leaseDays()),
                Duration.ofDays(storage.retention().feedDays()),
                Duration.ofDays(storage.retention().runEventDays()),
                Duration.ofDays(storage.retention().auditDays()),
                Duration.ofDays(storage.retention().agentDays())),
            Duration.ofMillis(storage.readTimeoutMs()),
            SynchronousMode.FULL);
    TimeSources time = new TimeSources(InstantSource.system(), System::nanoTime);
    return SqliteStore.open(
        folder, new SqliteStore.Opening(sqlite, time, storage.acceptClock(), sweeps));
  }
}
