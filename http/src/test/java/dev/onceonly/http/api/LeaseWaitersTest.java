package dev.onceonly.http.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.lease.LeaseKey;
import dev.onceonly.core.lease.LeaseStatus;
import dev.onceonly.core.service.LeaseView;
import dev.onceonly.core.step.Change;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class LeaseWaitersTest {
  private static final LeaseKey KEY = new LeaseKey(1, "k");
  private static final Instant NOW = Instant.parse("2026-11-30T10:00:00Z");
  private static final Duration WAIT = Duration.ofSeconds(60);

  private final LeaseWaiters waiters = new LeaseWaiters(() -> NOW, 10, 10);

  private static LeaseView view(LeaseStatus status) {
    return new LeaseView(status, null, NOW);
  }

  private void commitChangesTheKey() {
    waiters.committed(List.of(new Change<>(KEY, null)), List.of());
  }

  @Test
  void keyThatIsNotInProgressIsAnsweredAtOnce() {
    LeaseView seen = waiters.await(KEY, () -> view(LeaseStatus.COMPLETED), WAIT);

    assertThat(seen.status()).isEqualTo(LeaseStatus.COMPLETED);
    assertThat(waiters.waiting()).isZero();
  }

  @Test
  void changeThatCommitsWhileTheKeyIsLookedAtIsNotMissed() {
    Deque<LeaseStatus> looks = new ArrayDeque<>();
    looks.add(LeaseStatus.IN_PROGRESS);
    looks.add(LeaseStatus.IN_PROGRESS);
    looks.add(LeaseStatus.COMPLETED);

    LeaseView seen =
        waiters.await(
            KEY,
            () -> {
              LeaseStatus status = looks.remove();
              if (looks.size() == 1) {
                // What was read is old, and the look goes on to wait for something of the store's.
                commitChangesTheKey();
                LockSupport.parkNanos(1_000_000);
              }
              return view(status);
            },
            WAIT);

    assertThat(seen.status()).isEqualTo(LeaseStatus.COMPLETED);
  }

  @Test
  void interruptEndsTheWaitWithWhatIsSeenThen() {
    Thread.currentThread().interrupt();

    LeaseView seen = waiters.await(KEY, () -> view(LeaseStatus.IN_PROGRESS), WAIT);

    assertThat(seen.status()).isEqualTo(LeaseStatus.IN_PROGRESS);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void closingLetsEveryWaiterAnswer() throws InterruptedException {
    Thread waiter =
        Thread.ofVirtual()
            .start(() -> waiters.await(KEY, () -> view(LeaseStatus.IN_PROGRESS), WAIT));
    while (waiters.waiting() == 0) {
      Thread.onSpinWait();
    }

    waiters.close();
    waiter.join();

    assertThat(waiters.waiting()).isZero();
  }
}
