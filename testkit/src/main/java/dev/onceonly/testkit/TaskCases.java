package dev.onceonly.testkit;

import static dev.onceonly.testkit.FreeStep.change;
import static dev.onceonly.testkit.FreeStep.saving;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.core.Failure;
import dev.onceonly.core.Grant;
import dev.onceonly.core.lease.LeaseKey;
import dev.onceonly.core.lease.LeaseRow;
import dev.onceonly.core.run.ActionKey;
import dev.onceonly.core.run.ActionRow;
import dev.onceonly.core.run.OpenTasksKey;
import dev.onceonly.core.run.OpenTasksRow;
import dev.onceonly.core.run.RunQueries.OpenTask;
import dev.onceonly.core.run.TaskKey;
import dev.onceonly.core.run.TaskRow;
import dev.onceonly.testkit.RowCases.Written;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Keyed runs' tasks and actions come back exactly, wait in their order, and go with their lease.
public interface TaskCases extends StoreUnderTest {
  String CHAIN_HASH = "fedcba9876543210".repeat(4);

  @Test
  default void tasksAndActionsComeBackExactly() {
    Written written = new Written(this);
    for (String text : RowCases.TEXTS) {
      TaskKey task = new TaskKey(1, text);
      written.save(new LeaseKey(1, text), lease());
      TaskRow row = new TaskRow(new TaskRow.Plan(text, text, 0, false, true, text), 1, 2, 0, 0, 0);
      written.save(task, row);
      written.save(task, row.claimedBy(Long.MIN_VALUE, Long.MAX_VALUE).advancedTo(50));
      TaskRow.Plan plan = new TaskRow.Plan("r", "a", 50, true, false, "key_1");
      written.save(task, new TaskRow(plan, Long.MAX_VALUE, -1, 49, 3, 4));
      ActionRow action = new ActionRow(text, text, Long.MAX_VALUE, text, null);
      written.save(new ActionKey(task, 0), action);
      written.save(new ActionKey(task, 49), action);
      written.save(new ActionKey(task, 47), action.of(new ActionRow.Origin(text, RowCases.FAR_MS)));
      written.save(new ActionKey(task, 49), action.finished(new ActionRow.Done(text, text, text)));
      written.save(
          new ActionKey(task, 48),
          new ActionRow("t", "{}", 0, CHAIN_HASH, new ActionRow.Done("dry_run", "ok", null)));
      written.save(new ActionKey(task, 0), null);
    }
    ActionKey large = new ActionKey(new TaskKey(1, "a"), 1);
    written.save(large, new ActionRow("t", "\u00fc".repeat(32_768), 0, CHAIN_HASH, null));
    written.isThereAfterARestart();
    TaskKey task = new TaskKey(1, "a");
    written.save(task, null);
    assertThat(store().get(new ActionKey(task, 49))).isNotNull();
    written.isThereAfterARestart();
  }

  @Test
  default void whatBelongsToARunNeedsItsLease() {
    TaskKey task = new TaskKey(1, "k");
    ActionKey action = new ActionKey(task, 0);
    assertThatThrownBy(() -> store().run(saving(change(task, task("r", 1, 0)))))
        .isInstanceOf(Failure.class);
    assertThatThrownBy(() -> store().run(saving(change(action, action()))))
        .isInstanceOf(Failure.class);
    store().run(saving(change(task, null), change(action, null)));
    assertThat(store().get(task)).isNull();
    assertThat(store().get(action)).isNull();
    store()
        .run(
            saving(
                change(new LeaseKey(1, "k"), lease()),
                change(task, task("r", 1, 0)),
                change(action, action())));
    assertThat(store().get(task)).isEqualTo(task("r", 1, 0));
    assertThat(store().get(action)).isEqualTo(action());
    assertThat(store().get(new TaskKey(2, "k"))).isNull();
    assertThat(store().get(new ActionKey(task, 1))).isNull();
  }

  @Test
  default void aForgottenLeaseTakesItsTaskAndActionsWithIt() {
    TaskKey first = new TaskKey(1, "first");
    TaskKey second = new TaskKey(1, "second");
    for (TaskKey task : List.of(first, second)) {
      queue(task, "a", 1, 0);
      for (int index = 0; index < ActionKey.ACTIONS_MAX; index++) {
        store().run(saving(change(new ActionKey(task, index), action())));
      }
    }
    store().run(saving(change(new LeaseKey(1, "second"), null)));
    store().run(saving(change(new LeaseKey(1, "second"), lease())));
    assertThat(store().get(second)).isNull();
    assertThat(store().get(first)).isNotNull();
    for (int index = 0; index < ActionKey.ACTIONS_MAX; index++) {
      assertThat(store().get(new ActionKey(second, index))).isNull();
      assertThat(store().get(new ActionKey(first, index))).isNotNull();
    }
    assertThat(openTasks(1, "*")).isEqualTo(1);
  }

  @Test
  default void openTasksAreListedOldestFirstOnceTheirClaimHasLapsed() {
    queue(new TaskKey(1, "c"), "a", 30, 0);
    queue(new TaskKey(2, "b"), "a", 20, 100);
    queue(new TaskKey(1, "a"), "b", 10, 101);
    queue(new TaskKey(1, "d"), "b", 40, 0);
    restart();
    assertThat(open(100, 9))
        .containsExactly(new TaskKey(2, "b"), new TaskKey(1, "c"), new TaskKey(1, "d"));
    assertThat(open(101, 2)).containsExactly(new TaskKey(1, "a"), new TaskKey(2, "b"));
    assertThat(open(99, 9)).containsExactly(new TaskKey(1, "c"), new TaskKey(1, "d"));
    assertThat(store().openTasks(99, 1))
        .containsExactly(new OpenTask(new TaskKey(1, "c"), task("a", 30, 0)));
    store().run(saving(change(new TaskKey(1, "c"), null)));
    assertThat(open(99, 9)).containsExactly(new TaskKey(1, "d"));
  }

  @Test
  default void openTasksAreCountedByAgent() {
    queue(new TaskKey(1, "a"), "bot", 1, 0);
    queue(new TaskKey(1, "b"), "bot", 2, RowCases.FAR_MS);
    queue(new TaskKey(1, "c"), "Bot", 3, 0);
    queue(new TaskKey(2, "a"), "bot", 4, 0);
    restart();
    assertThat(openTasks(1, "bot")).isEqualTo(2);
    assertThat(openTasks(1, "*")).isEqualTo(3);
    assertThat(openTasks(1, "b")).isZero();
    assertThat(openTasks(3, "*")).isZero();
  }

  @Test
  default void openTasksAreCountedAndNeverSaved() {
    OpenTasksKey key = new OpenTasksKey(1, "bot");
    assertThatThrownBy(() -> store().run(saving(change(key, new OpenTasksRow(1)))))
        .isInstanceOf(Failure.class);
    assertThat(openTasks(1, "bot")).isZero();
  }

  private long openTasks(long namespaceId, String agentId) {
    return Objects.requireNonNull(store().get(new OpenTasksKey(namespaceId, agentId))).tasks();
  }

  private void queue(TaskKey task, String agentId, long queuedAtMs, long claimUntilMs) {
    store()
        .run(
            saving(
                change(new LeaseKey(task.namespaceId(), task.key()), lease()),
                change(task, task(agentId, queuedAtMs, claimUntilMs))));
  }

  private List<TaskKey> open(long nowMs, int limit) {
    return store().openTasks(nowMs, limit).stream().map(OpenTask::key).toList();
  }

  private static TaskRow task(String agentId, long queuedAtMs, long claimUntilMs) {
    TaskRow.Plan plan = new TaskRow.Plan("r", agentId, 1, false, true, "key_1");
    return new TaskRow(plan, queuedAtMs, 1, 0, 1, claimUntilMs);
  }

  private static ActionRow action() {
    return new ActionRow("mail.send", "{}", 5, CHAIN_HASH, null);
  }

  private static LeaseRow lease() {
    return new LeaseRow(new Grant(1, 2, 3, 4, null, null, 0), 1, 2, RowCases.FAR_MS, null);
  }
}
