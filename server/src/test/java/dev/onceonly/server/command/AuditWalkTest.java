package dev.onceonly.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.audit.AuditEntry;
import dev.onceonly.core.audit.AuditKey;
import dev.onceonly.core.audit.ChainKey;
import dev.onceonly.core.audit.ChainRow;
import dev.onceonly.core.service.AuditLog;
import dev.onceonly.core.service.Store;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.server.Stores;
import dev.onceonly.server.config.Settings;
import dev.onceonly.store.sqlite.DataFolder;
import dev.onceonly.store.sqlite.SqliteStore;
import dev.onceonly.testkit.FreeStep;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The audit log is walked while entries are appended, and removed by retention.
class AuditWalkTest {
  private static final ChainKey CHAIN = new ChainKey(1, "bot-7");
  private static final Duration KEPT = Duration.ofDays(1);
  private static final int APPENDED = 1_500;
  private static final int REMOVED_AT_ONCE = 7;

  @TempDir private Path data = Path.of("");

  @Test
  void neitherAppendingNorRetentionBreaksAWalk() throws InterruptedException, ExecutionException {
    new AuditTamper(data).tellRetention(KEPT);
    try (DataFolder folder = DataFolder.hold(data);
        SqliteStore store =
            Stores.open(folder, Settings.of(Map.of("data", data.toString(), "port", "0")));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      AuditLog log = new AuditLog(store);
      Future<?> appending = threads.submit(() -> append(store));
      int walks = 0;
      while (!appending.isDone()) {
        assertThat(log.verify().faults()).isEmpty();
        assertThat(log.compare(log.checkpoint()).faults()).isEmpty();
        walks++;
      }
      appending.get();

      assertThat(walks).isPositive();
      AuditLog.Findings findings = log.verify();
      assertThat(findings.faults()).isEmpty();
      assertThat(findings.chains()).isEqualTo(2);
      ChainRow head = Objects.requireNonNull(store.get(CHAIN));
      assertThat(head.length()).isEqualTo(APPENDED);
      assertThat(head.anchorNumber()).isGreaterThan(APPENDED / 4);
      assertThat(findings.entries()).isEqualTo(APPENDED - head.anchorNumber() + 1);
    }
  }

  private static void append(Store store) {
    for (int i = 1; i <= APPENDED; i++) {
      AuditTamper.append(store, CHAIN, "mail.send", KEPT.multipliedBy(2));
      if (i % (2 * REMOVED_AT_ONCE) == 0) {
        removeSome(store);
      }
    }
  }

  /// As retention does: the next of the oldest, in one step with the anchor that they leave.
  private static void removeSome(Store store) {
    long anchor = Objects.requireNonNull(store.get(CHAIN)).anchorNumber();
    List<RowKey<?>> reads = new ArrayList<>(List.of(CHAIN));
    for (long number = anchor + 1; number <= anchor + REMOVED_AT_ONCE; number++) {
      reads.add(new AuditKey(CHAIN, number));
    }
    AuditKey last = new AuditKey(CHAIN, anchor + REMOVED_AT_ONCE);
    store.run(
        FreeStep.reading(
            reads,
            (rows, now) -> {
              ChainRow head = Objects.requireNonNull(rows.get(CHAIN));
              AuditEntry entry = Objects.requireNonNull(rows.get(last));
              List<Change<?>> changes = new ArrayList<>();
              changes.add(
                  new Change<>(
                      CHAIN,
                      new ChainRow(
                          head.length(),
                          head.headHash(),
                          last.number(),
                          entry.link().hash(),
                          new ChainRow.Times(
                              head.times().headAtMs(),
                              entry.atMs(),
                              now.toEpochMilli(),
                              KEPT.toMillis()))));
              for (long number = anchor + 1; number <= last.number(); number++) {
                changes.add(new Change<AuditEntry>(new AuditKey(CHAIN, number), null));
              }
              return new Decided<>(true, changes, List.of(), null);
            }));
  }
}
