package dev.onceonly.testkit;

import dev.onceonly.core.service.Store;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// What every store keeps to, through steps and through the services. A store's test extends this
/// and opens the real thing; the cases stand in the interfaces, one for each concept.
public abstract class StoreContract
    implements RowCases,
        StepCases,
        FeedCases,
        UsageCases,
        LimitCases,
        AccountCases,
        LockCases,
        LockReleaseCases,
        LockBatchCases,
        LeaseCases,
        LeaseFinishCases,
        LeaseMemoryCases,
        ClaimantCases,
        GovernanceCases,
        CallCases,
        AuditCases,
        RunCases,
        TaskCases,
        MailCases {
  private final ManualTime time = new ManualTime(Instant.parse("2026-11-05T10:00:00.123456Z"));
  private @Nullable Store open;

  /// Opens a store, started, on this time; a durable one always on the same files.
  protected abstract Store open(ManualTime time);

  /// Whether [#open(ManualTime)] finds what an earlier store has been told.
  protected abstract boolean isDurable();

  /// Closes the store and whatever was opened with it.
  protected void close(Store store) {
    store.close();
  }

  @BeforeEach
  void openStore() {
    open = open(time);
  }

  @AfterEach
  void closeStore() {
    close(store());
  }

  @Override
  public Store store() {
    Store store = open;
    if (store == null) {
      throw new IllegalStateException("no store is open");
    }
    return store;
  }

  @Override
  public ManualTime time() {
    return time;
  }

  @Override
  public void restart() {
    if (isDurable()) {
      close(store());
      openStore();
    }
  }
}
