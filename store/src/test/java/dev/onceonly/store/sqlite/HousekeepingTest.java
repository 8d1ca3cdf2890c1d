package dev.onceonly.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.lock.LockRules;
import dev.onceonly.core.service.Locks;
import dev.onceonly.core.service.Store;
import dev.onceonly.store.LaneLimits;
import dev.onceonly.testkit.Ask;
import dev.onceonly.testkit.Await;
import dev.onceonly.testkit.Callers;
import dev.onceonly.testkit.ManualTime;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteConfig.SynchronousMode;

/// What a store does between batches: it forgets, and it keeps its log small.
final class HousekeepingTest {
  private static final long LOG_BYTES_MAX = 1 << 20;
  @TempDir private Path path;
  private final ManualTime time = new ManualTime(Instant.parse("2026-11-05T10:00:00Z"));
  private StoreFolder folder;

  @BeforeEach
  void makeFolder() {
    folder = new StoreFolder(path, time);
  }

  @AfterEach
  void close() {
    folder.close();
  }

  @Test
  void anIdleStoreForgetsLocksSoonAfterTheirExpiry() {
    Store store = folder.open();
    Ask ask = Ask.of("k").ttlMs(10_000);
    check(store, ask);
    time.advanceMs(9_999);
    check(store, Ask.of("other"));
    assertThat(store.get(ask.lockKey())).isNotNull();
    awaitWhileTimePasses(() -> store.get(ask.lockKey()) == null);
    assertThat(store.get(Ask.of("other").lockKey())).isNotNull();
  }

  @Test
  void aStoreThatACommandHasOpenedForgetsNothing() {
    Ask ask = Ask.of("k").ttlMs(10_000);
    check(folder.open(), ask);
    folder.close();
    time.advanceMs(3_600_000);
    Store store = folder.openForCommand();
    check(store, Ask.of("other"));
    // It has emptied its log when it has been idle for long enough to have deleted, too.
    awaitWhileTimePasses(() -> folder.logBytes() == 0);
    assertThat(store.get(ask.lockKey())).isNotNull();
    folder.close();
    Store server = folder.open();
    awaitWhileTimePasses(() -> server.get(ask.lockKey()) == null);
  }

  @Test
  void theLogStaysAboutItsBoundUnderLoadAndIsEmptiedWhenIdle() {
    SqliteSettings settings =
        new SqliteSettings(
            LaneLimits.DEFAULT,
            LOG_BYTES_MAX,
            0,
            SqliteSettings.DEFAULT.retention(),
            SqliteSettings.DEFAULT.readTimeout(),
            SynchronousMode.FULL);
    Store store = folder.open(settings);
    String metadata = "\"" + "x".repeat(1_000) + "\"";
    long largest = 0;
    for (int i = 0; i < 1_200; i++) {
      check(store, Ask.of("key-" + i).metadata(metadata));
      largest = Math.max(largest, folder.logBytes());
    }
    assertThat(largest).isBetween(LOG_BYTES_MAX / 2, 2 * LOG_BYTES_MAX);
    awaitWhileTimePasses(() -> folder.logBytes() == 0);
    check(store, Ask.of("again"));
    assertThat(folder.logBytes()).isPositive();
    awaitWhileTimePasses(() -> folder.logBytes() == 0);
    assertThat(store.troubles()).isNull();
  }

  /// The lane looks round by itself, at moments of its own.
  private void awaitWhileTimePasses(BooleanSupplier condition) {
    Await.until(() -> {
      time.advanceMs(100);
      return condition.getAsBoolean();
    });
  }

  private static void check(Store store, Ask ask) {
    new Locks(store, new LockRules(60_000)).check(Callers.unlimited(Ask.NAMESPACE), ask.lock());
  }
}
