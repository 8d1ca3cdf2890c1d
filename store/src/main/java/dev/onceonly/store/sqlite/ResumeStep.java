package dev.onceonly.store.sqlite;

import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.Fact;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.step.Step;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/// Ends the pause that follows a restore; true if there was one.
record ResumeStep() implements Step<Boolean> {
  private static final StateKey PAUSED = new StateKey(StateValues.PAUSED);

  @Override
  public long namespaceId() {
    return 0;
  }

  @Override
  public Collection<? extends RowKey<?>> reads(Instant now) {
    return List.of(PAUSED);
  }

  @Override
  public Decided<Boolean> decide(Rows rows, Instant now) {
    StateRow paused = rows.get(PAUSED);
    return paused == null || paused.value() == 0
        ? new Decided<>(false, List.of(), List.of(new Resumed()), null)
        : new Decided<>(
            true, List.of(new Change<>(PAUSED, new StateRow(0))), List.of(new Resumed()), null);
  }

  /// The store is not paused: told each time, because an earlier answer may have been lost.
  record Resumed() implements Fact {
    @Override
    public long namespaceId() {
      return 0;
    }
  }

  /// Names one of the store's own numbers.
  record StateKey(String name) implements RowKey<StateRow> {
    @Override
    public Class<StateRow> rowType() {
      return StateRow.class;
    }
  }
}
