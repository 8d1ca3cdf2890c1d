package dev.onceonly.core.step;

import dev.onceonly.core.Failure;
import java.time.Instant;
import java.util.Collection;

/// One atomic change. `decide` is pure: the lane may run it again, with other rows and a later
/// instant, after a lost race or a failed batch. The rows may depend on the instant (usage is
/// counted per month). Where they are not known beforehand, a query proposes them and `decide`
/// checks them again.
public interface Step<R> {

  /// Whose share of the queue the step takes.
  long namespaceId();

  /// The rows that [#decide] may look at when asked about `now`.
  Collection<? extends RowKey<?>> reads(Instant now);

  Decided<R> decide(Rows rows, Instant now);

  /// Which bounds of the lane's queue hold for it.
  default Passage passage() {
    return Passage.SHARED;
  }

  /// How much of a transaction and of its namespace's share it takes: about the claims that it
  /// makes, at least 1, known before it is queued.
  default int weight() {
    return 1;
  }

  /// What the caller is told where the change is on disk, but not before the decision's
  /// `validUntil`. An answer about several things judges each by itself.
  ///
  /// @param now the instant after the flush
  /// @throws Failure `OVERLOADED`, where the step says nothing else
  default R outlived(R answer, Instant now) {
    throw Failure.overloaded("the grant ran out before its flush was done");
  }
}
