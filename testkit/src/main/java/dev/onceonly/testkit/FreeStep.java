package dev.onceonly.testkit;

import dev.onceonly.core.account.SequenceKey;
import dev.onceonly.core.account.SequenceRow;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.Fact;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.step.Step;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A step that a test writes on the spot.
public record FreeStep<R>(long namespaceId, List<RowKey<?>> named, Decision<R> decision)
    implements Step<R> {

  /// What the step does with its rows.
  @FunctionalInterface
  public interface Decision<R> {
    Decided<R> decide(Rows rows, Instant now);
  }

  /// A step of namespace 1.
  public static <R> FreeStep<R> reading(List<RowKey<?>> named, Decision<R> decision) {
    return new FreeStep<>(Ask.NAMESPACE, named, decision);
  }

  /// Makes changes, whatever was there before.
  public static FreeStep<Boolean> saving(Change<?>... changes) {
    return reading(
        Arrays.stream(changes).<RowKey<?>>map(Change::key).toList(),
        (_, _) -> new Decided<>(true, List.of(changes), List.of(), null));
  }

  /// Tells facts and changes a counter.
  public static FreeStep<Long> telling(Fact... facts) {
    SequenceKey key = new SequenceKey("told");
    return reading(
        List.of(key),
        (rows, _) -> {
          long next = next(rows, key);
          return new Decided<>(next, List.of(change(key, next)), List.of(facts), null);
        });
  }

  /// Adds one to a counter and answers the new number.
  public static FreeStep<Long> counting(String counter) {
    return countingIn(Ask.NAMESPACE, counter);
  }

  /// As above, in a namespace's share of the queue.
  public static FreeStep<Long> countingIn(long namespaceId, String counter) {
    SequenceKey key = new SequenceKey(counter);
    return new FreeStep<>(
        namespaceId,
        List.of(key),
        (rows, _) -> {
          long next = next(rows, key);
          return new Decided<>(next, List.of(change(key, next)), List.of(), null);
        });
  }

  private static long next(Rows rows, SequenceKey key) {
    SequenceRow last = rows.get(key);
    return last == null ? 1 : last.last() + 1;
  }

  public static <T> Change<T> change(RowKey<T> key, @Nullable T row) {
    return new Change<>(key, row);
  }

  private static Change<SequenceRow> change(SequenceKey key, long last) {
    return new Change<>(key, new SequenceRow(last));
  }

  @Override
  public Collection<? extends RowKey<?>> reads(Instant now) {
    return named;
  }

  @Override
  public Decided<R> decide(Rows rows, Instant now) {
    return decision.decide(rows, now);
  }
}
