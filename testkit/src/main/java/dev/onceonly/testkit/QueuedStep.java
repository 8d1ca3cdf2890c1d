package dev.onceonly.testkit;

import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.Passage;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.step.Step;
import java.time.Instant;
import java.util.Collection;

/// A step with a weight and a passage of the test's choice.
public record QueuedStep<R>(Step<R> step, int weight, Passage passage) implements Step<R> {

  public static <R> QueuedStep<R> heavy(int weight, Step<R> step) {
    return new QueuedStep<>(step, weight, Passage.SHARED);
  }

  public static <R> QueuedStep<R> free(Step<R> step) {
    return new QueuedStep<>(step, 1, Passage.FREE);
  }

  @Override
  public long namespaceId() {
    return step.namespaceId();
  }

  @Override
  public Collection<? extends RowKey<?>> reads(Instant now) {
    return step.reads(now);
  }

  @Override
  public Decided<R> decide(Rows rows, Instant now) {
    return step.decide(rows, now);
  }

  @Override
  public R outlived(R answer, Instant now) {
    return step.outlived(answer, now);
  }
}
