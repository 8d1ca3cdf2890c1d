package dev.onceonly.core.service;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.core.account.Caller;
import dev.onceonly.core.lock.CheckLock;
import dev.onceonly.core.lock.LockRules;
import dev.onceonly.core.lock.ReleaseLock;
import dev.onceonly.core.lock.ReleaseResult;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.step.Step;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Locks for callers: counted, limited by plan, durable. Thread-safe.
public final class Locks {

  /// Metadata above this many characters only records, so it is what a low disk refuses first.
  public static final int METADATA_SMALL_MAX = 1_024;

  private final Store store;
  private final LockRules rules;

  public Locks(Store store, LockRules rules) {
    this.store = store;
    this.rules = rules;
  }

  /// Checks one key.
  ///
  /// @throws Failure as [#checkAll], and `OVERLOADED` where the grant ran out before its flush
  public CheckAnswer check(Caller caller, CheckLock command) {
    CheckAnswer answer = checkAll(caller, List.of(command)).getFirst();
    if (answer instanceof CheckAnswer.RanOut ranOut) {
      throw ranOut.failure();
    }
    return answer;
  }

  /// Checks many keys in one atomic change; answers in the order of the commands.
  ///
  /// @throws Failure as [dev.onceonly.core.step.Lane#run], and `STORAGE_LOW`
  public List<CheckAnswer> checkAll(Caller caller, List<CheckLock> commands) {
    for (CheckLock command : commands) {
      requireSpace(store, command.metadata());
    }
    return store.run(new CheckStep(caller.namespaceId(), caller.plan(), rules, commands));
  }

  /// Gives a lock back.
  public ReleaseResult release(ReleaseLock command) {
    return store.run(new ReleaseStep(rules, command));
  }

  static void requireSpace(Store store, @Nullable String metadata) {
    if (metadata != null && metadata.length() > METADATA_SMALL_MAX) {
      requireSpace(store);
    }
  }

  /// Refuses what only records while the disk is nearly full.
  static void requireSpace(Store store) {
    if (store.isStorageLow()) {
      throw new Failure(ErrorCode.STORAGE_LOW, "the disk is nearly full", Map.of(), 30);
    }
  }

  private record ReleaseStep(LockRules rules, ReleaseLock command) implements Step<ReleaseResult> {
    @Override
    public long namespaceId() {
      return command.key().namespaceId();
    }

    @Override
    public Collection<? extends RowKey<?>> reads(Instant now) {
      return List.of(command.key());
    }

    @Override
    public Decided<ReleaseResult> decide(Rows rows, Instant now) {
      ReleaseResult result = rules.release(rows.get(command.key()), command, now);
      return switch (result) {
        case ReleaseResult.Released(var row) ->
            new Decided<>(result, List.of(new Change<>(command.key(), row)), List.of(), null);
        case ReleaseResult.AlreadyReleased _, ReleaseResult.Mismatch _, ReleaseResult.Forbidden _ ->
            Decided.unchanged(result);
      };
    }
  }
}
