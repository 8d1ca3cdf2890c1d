package dev.onceonly.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.Grant;
import dev.onceonly.core.lease.LeaseKey;
import dev.onceonly.core.lease.LeaseRow;
import dev.onceonly.core.run.TaskKey;
import dev.onceonly.core.run.TaskRow;
import dev.onceonly.core.service.RunQueue.Open;
import dev.onceonly.core.step.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Whose turn it is, and which run is to be kept alive.
final class RunQueueTest {
  private static final TaskRow.Plan PLAN = new TaskRow.Plan("r", "a", 1, false, true, "key_1");
  private final RunQueue queue = new RunQueue(new RunQueue.Limits(6, 4, 2));

  @Test
  void namespacesTakeTurnsAndNoneHasMoreThanItsShare() {
    queued(1, "a", "b", "c", "d");
    queued(2, "e", "f");

    assertThat(started()).containsExactly("1 a", "2 e", "1 b", "2 f");
    assertThat(queue.next()).isNull();
    assertThat(queue.waiting()).isEqualTo(2);
    assertThat(queue.running()).isEqualTo(4);
  }

  @Test
  void anEndedRunMakesRoomForTheNextOfItsNamespace() {
    queued(1, "a", "b", "c");
    Open first = Objects.requireNonNull(queue.next());
    started();

    commit(first.key(), null);
    queue.ended(first, false);

    assertThat(started()).containsExactly("1 c");
  }

  @Test
  void aRunThatIsReleasedWaitsAgain() {
    queued(1, "a");
    Open first = Objects.requireNonNull(queue.next());
    assertThat(queue.next()).isNull();

    queue.ended(first, true);

    assertThat(started()).containsExactly("1 a");
  }

  @Test
  void aRunOfAnotherWorkerIsForgottenUntilItIsFoundAgain() {
    queued(1, "a");
    Open first = Objects.requireNonNull(queue.next());
    queue.ended(first, false);
    assertThat(queue.next()).isNull();
    assertThat(queue.knows(first.key())).isFalse();

    queue.found(first.key(), first.task(), null);
    queue.found(first.key(), first.task(), null);

    assertThat(started()).containsExactly("1 a");
  }

  @Test
  void aKeyAcquiredAnewWaitsWhileItsFormerRunStillRuns() {
    queued(1, "a");
    Open former = Objects.requireNonNull(queue.next());

    commit(former.key(), task(2));
    Open newer = Objects.requireNonNull(queue.next());
    queue.ended(former, false);

    assertThat(newer.task().leaseToken()).isEqualTo(2);
    assertThat(queue.knows(newer.key())).isTrue();
    assertThat(queue.running()).isEqualTo(1);
    assertThat(queue.next()).isNull();
  }

  @Test
  void aCanceledRunIsNotStarted() {
    queued(1, "a", "b");
    commit(new TaskKey(1, "a"), null);

    assertThat(started()).containsExactly("1 b");
  }

  @Test
  void itHasRoomUpToItsBoundsInAllAndForEach() {
    queued(1, "a", "b", "c");
    assertThat(queue.hasRoom(1)).isTrue();
    queued(1, "d");
    assertThat(queue.hasRoom(1)).isFalse();
    assertThat(queue.hasRoom(2)).isTrue();
    queued(2, "e", "f");
    assertThat(queue.hasRoom(3)).isFalse();
    commit(new TaskKey(1, "a"), null);
    assertThat(queue.hasRoom(1)).isTrue();
  }

  @Test
  void whoeverMayStartOneIsWoken() {
    AtomicInteger woken = new AtomicInteger();
    queue.wake(woken::incrementAndGet);
    queued(1, "a");
    assertThat(woken).hasValue(1);
    Open first = Objects.requireNonNull(queue.next());
    commit(first.key(), first.task().claimedBy(5, 100));
    assertThat(woken).hasValue(1);
    queue.ended(first, true);
    assertThat(woken).hasValue(2);
  }

  @Test
  void aLeaseIsDueWhenHalfOfItIsOverAndAClaimBeforeItLapses() {
    TaskKey key = new TaskKey(1, "a");
    queue.committed(
        List.of(
            new Change<>(key, task(1)), new Change<>(new LeaseKey(1, "a"), lease(20_000, 120_000))),
        List.of());

    assertThat(queue.due(109_999, 15_000)).isEmpty();
    assertThat(queue.due(110_000, 15_000)).extracting(Open::key).containsExactly(key);
    queue.committed(
        List.of(new Change<>(new LeaseKey(1, "a"), lease(200_000, 310_000))), List.of());
    assertThat(queue.due(110_000, 15_000)).isEmpty();

    queue.next();
    commit(key, task(1).claimedBy(5, 130_000));
    assertThat(queue.due(114_999, 15_000)).isEmpty();
    assertThat(queue.due(115_000, 15_000)).extracting(Open::key).containsExactly(key);
  }

  private void queued(long namespaceId, String... keys) {
    for (String key : keys) {
      commit(new TaskKey(namespaceId, key), task(1));
    }
  }

  private static TaskRow task(long leaseToken) {
    return new TaskRow(PLAN, 0, leaseToken, 0, 0, 0);
  }

  private static LeaseRow lease(long ttlMs, long expiresAtMs) {
    return new LeaseRow(new Grant(1, 0, ttlMs, 1, null, null, 1), 1, ttlMs, expiresAtMs, null);
  }

  private void commit(TaskKey key, @Nullable TaskRow task) {
    queue.committed(List.of(new Change<>(key, task)), List.of());
  }

  private List<String> started() {
    List<String> started = new ArrayList<>();
    for (Open open = queue.next(); open != null; open = queue.next()) {
      started.add(open.key().namespaceId() + " " + open.key().key());
    }
    return started;
  }
}
