package dev.onceonly.store;

import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.RowKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The lane's own connection to a database: one transaction at a time. Used by the lane's thread
/// only. Every method may throw [SessionException].
public interface BatchSession {

  void begin();

  /// The row as of this transaction.
  <T> @Nullable T load(RowKey<T> key);

  /// Writes one row's new state.
  void save(Change<?> change);

  /// Makes the transaction durable: returns after the flush.
  ///
  /// @param now the batch's instant, kept so that the clock never runs backwards over a restart
  void commit(Instant now);

  /// Whether the disk has room for a large batch, as far as can be seen. Asked only after a write
  /// had none.
  boolean hasRoom();

  /// Ends the transaction without a trace. Never throws.
  void rollback();

  /// Called between batches: bounded work such as checkpoints and deletions.
  ///
  /// @param idle whether nothing has come for a while
  void keepHouse(boolean idle);

  /// Closes the connection.
  ///
  /// @param sound whether writes may still be made; not after a failed flush
  void close(boolean sound);
}
