package dev.onceonly.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.Failure;
import dev.onceonly.core.Sha256;
import dev.onceonly.core.account.ApiKey;
import dev.onceonly.core.account.KeyLookup.KeyEntry;
import dev.onceonly.core.account.Plans;
import dev.onceonly.core.account.Role;
import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.service.Accounts;
import dev.onceonly.core.service.Agents;
import dev.onceonly.core.service.KillSwitch;
import dev.onceonly.core.service.SwitchAnswer;
import dev.onceonly.testkit.Await;
import dev.onceonly.testkit.Callers;
import dev.onceonly.testkit.ManualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What stops somebody holds within its bound while more reads are asked for than are taken.
final class SwitchUnderFloodTest {
  private static final String TEXT = "once_live_0123456789abcdef";

  /// More than wait for a reader at a time, so that some are always refused.
  private static final int READERS = 6_000;

  /// A second is promised; the machine that tests it may be busy with others.
  private static final Duration HOLDS_WITHIN = Duration.ofSeconds(10);

  private static final long PAUSE_NANOS = 50_000_000;
  @TempDir private Path path;
  private final AtomicBoolean flooding = new AtomicBoolean(true);
  private final AtomicLong refused = new AtomicLong();

  @AfterEach
  void end() {
    flooding.set(false);
  }

  @Test
  void aKeyAndAnAgentAreStoppedAtOnceWhileReadsAreRefused() {
    StoreFolder folder =
        new StoreFolder(path, new ManualTime(Instant.parse("2026-11-05T10:00:00Z")));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      SqliteStore store = folder.open();
      KillSwitch killSwitch = new KillSwitch(store);
      store.listen(killSwitch);
      Accounts accounts = new Accounts(store, Plans.of(Plans.BUILT_IN), "unlimited");
      accounts.createNamespace("a", null, null);
      ApiKey key = accounts.createKey("a", TEXT, Role.ADMIN, List.of());
      Agents agents = new Agents(store, killSwitch);
      for (int i = 0; i < READERS; i++) {
        threads.execute(() -> flood(store));
      }
      Await.until(() -> refused.get() > 0);

      long began = System.nanoTime();
      ApiKey disabled = accounts.disableKey(key.keyId());
      KeyEntry entry = accounts.find(Sha256.hex(TEXT));
      AgentKey bot = new AgentKey(1, "bot");
      SwitchAnswer off = agents.disable(Callers.unlimited(1), bot, "stop");
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      flooding.set(false);

      assertThat(disabled.isEnabled()).isFalse();
      assertThat(Objects.requireNonNull(entry).enabled()).isFalse();
      assertThat(off.stopped().agents()).isEqualTo(1);
      assertThat(killSwitch.allows(bot)).isFalse();
      assertThat(took).isLessThan(HOLDS_WITHIN);
    } finally {
      flooding.set(false);
      folder.close();
    }
  }

  private void flood(SqliteStore store) {
    while (flooding.get()) {
      try {
        store.runs(1, "", 1, 0);
      } catch (Failure failure) {
        refused.incrementAndGet();
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }
}
