package dev.onceonly.testkit;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.core.audit.AuditKey;
import dev.onceonly.core.audit.ChainKey;
import dev.onceonly.core.govern.CallDocumentKey;
import dev.onceonly.core.govern.CallKey;
import dev.onceonly.core.lease.LeaseDocumentKey;
import dev.onceonly.core.lease.LeaseKey;
import dev.onceonly.core.run.ActionKey;
import dev.onceonly.core.run.OpenTasksKey;
import dev.onceonly.core.run.OpenTasksRow;
import dev.onceonly.core.run.RunEventKey;
import dev.onceonly.core.run.RunKey;
import dev.onceonly.core.run.TaskKey;
import dev.onceonly.core.run.TaskRow;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.RowKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The rows of the store in memory, and what they need of one another. Not thread-safe: guarded by
/// the store's lock.
final class MemoryRows {
  private final Map<Class<?>, Map<RowKey<?>, Object>> byType = new HashMap<>();

  @Nullable Object get(RowKey<?> key) {
    if (key instanceof OpenTasksKey open) {
      return count(open);
    }
    Map<RowKey<?>, Object> rows = byType.get(key.rowType());
    return rows == null ? null : rows.get(key);
  }

  private OpenTasksRow count(OpenTasksKey key) {
    AtomicLong count = new AtomicLong();
    each(
        TaskKey.class,
        TaskRow.class,
        (task, row) -> {
          if (task.namespaceId() == key.namespaceId()
              && (key.agentId().equals(OpenTasksKey.ALL)
                  || row.plan().agentId().equals(key.agentId()))) {
            count.incrementAndGet();
          }
        });
    return new OpenTasksRow(count.get());
  }

  /// Goes through all rows of one kind.
  <K extends RowKey<T>, T> void each(
      Class<K> keyType, Class<T> rowType, BiConsumer<? super K, ? super T> action) {
    of(rowType).forEach((key, row) -> action.accept(keyType.cast(key), rowType.cast(row)));
  }

  /// Makes a step's changes, all of them or none.
  void apply(List<Change<?>> changes) {
    for (int i = 0; i < changes.size(); i++) {
      require(changes.get(i), changes.subList(0, i));
    }
    changes.forEach(this::apply);
  }

  /// What belongs to a row that does not exist is refused, and with it the whole step.
  private void require(Change<?> change, List<Change<?>> earlier) {
    RowKey<?> needed = needed(change);
    if (needed != null
        && get(needed) == null
        && earlier.stream().noneMatch(other -> other.key().equals(needed))) {
      throw new Failure(ErrorCode.INTERNAL, "the row of " + change.key() + " needs " + needed);
    }
    if (change.key() instanceof ChainKey && change.row() == null) {
      throw new Failure(ErrorCode.INTERNAL, "audit chains are never deleted");
    }
    if (change.key() instanceof OpenTasksKey) {
      throw new Failure(ErrorCode.INTERNAL, "open tasks are counted, not saved");
    }
  }

  private static @Nullable RowKey<?> needed(Change<?> change) {
    return switch (change.key()) {
      case LeaseDocumentKey document -> document.lease();
      case AuditKey entry -> entry.chain();
      case RunEventKey event -> event.run();
      case TaskKey task when change.row() != null -> lease(task);
      case ActionKey action when change.row() != null -> lease(action.task());
      default -> null;
    };
  }

  private <T> void apply(Change<T> change) {
    Map<RowKey<?>, Object> rows = of(change.key().rowType());
    T row = change.row();
    if (row != null) {
      rows.put(change.key(), row);
    } else if (rows.remove(change.key()) != null) {
      removeWhatBelongsTo(change.key());
    }
  }

  private void removeWhatBelongsTo(RowKey<?> key) {
    switch (key) {
      case LeaseKey lease -> {
        for (LeaseDocumentKey.Kind kind : LeaseDocumentKey.Kind.values()) {
          remove(new LeaseDocumentKey(lease, kind));
        }
        TaskKey task = new TaskKey(lease.namespaceId(), lease.key());
        remove(task);
        for (int index = 0; index < ActionKey.ACTIONS_MAX; index++) {
          remove(new ActionKey(task, index));
        }
      }
      case CallKey call -> {
        for (CallDocumentKey.Kind kind : CallDocumentKey.Kind.values()) {
          remove(new CallDocumentKey(call, kind));
        }
      }
      case RunKey run ->
          of(new RunEventKey(run, 0).rowType())
              .keySet()
              .removeIf(event -> event instanceof RunEventKey of && of.run().equals(run));
      default -> {
        // Nothing belongs to other rows.
      }
    }
  }

  private void remove(RowKey<?> key) {
    of(key.rowType()).remove(key);
  }

  private static LeaseKey lease(TaskKey task) {
    return new LeaseKey(task.namespaceId(), task.key());
  }

  private Map<RowKey<?>, Object> of(Class<?> rowType) {
    return byType.computeIfAbsent(rowType, _ -> new HashMap<>());
  }
}
