package dev.onceonly.core.service;

import dev.onceonly.core.account.AccountQueries;
import dev.onceonly.core.audit.AuditQueries;
import dev.onceonly.core.govern.GovernQueries;
import dev.onceonly.core.notify.MailQueries;
import dev.onceonly.core.run.RunQueries;
import dev.onceonly.core.step.CommitListener;
import dev.onceonly.core.step.Lane;
import dev.onceonly.core.step.RowReader;
import dev.onceonly.core.step.StoreClock;
import dev.onceonly.core.usage.Feed;
import dev.onceonly.core.usage.UsageQueries;
import org.jspecify.annotations.Nullable;

/// One store with everything that the services need of it. Thread-safe. Every implementation passes
/// `StoreContract` in the testkit.
public interface Store
    extends Lane,
        RowReader,
        StoreClock,
        AccountQueries,
        UsageQueries,
        GovernQueries,
        AuditQueries,
        RunQueries,
        MailQueries,
        AutoCloseable {

  /// The recent feed, which may lose its last second at a crash.
  Feed feed();

  /// Adds a listener, which is told of what is committed from now on.
  void listen(CommitListener listener);

  /// Whether free space is below the watermark, so that what only records is refused first.
  boolean isStorageLow();

  /// Why no step can be taken now, or null when all is well. Answers from memory.
  @Nullable Notice troubles();

  /// Takes no more steps, finishes those in the queue, flushes and closes.
  @Override
  void close();
}
