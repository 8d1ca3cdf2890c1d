package dev.onceonly.store.sqlite;

import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.step.Step;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/// Notes by which number the key that signs checkpoints is known again; tells the one that was
/// noted before.
///
/// @param noted 0 leaves it as it is
record CheckpointKeyStep(long noted) implements Step<Long> {
  private static final ResumeStep.StateKey KEY =
      new ResumeStep.StateKey(StateValues.CHECKPOINT_KEY);

  @Override
  public long namespaceId() {
    return 0;
  }

  @Override
  public Collection<? extends RowKey<?>> reads(Instant now) {
    return List.of(KEY);
  }

  @Override
  public Decided<Long> decide(Rows rows, Instant now) {
    StateRow row = rows.get(KEY);
    long before = row == null ? 0 : row.value();
    return noted == 0 || noted == before
        ? Decided.unchanged(before)
        : new Decided<>(before, List.of(new Change<>(KEY, new StateRow(noted))), List.of(), null);
  }
}
