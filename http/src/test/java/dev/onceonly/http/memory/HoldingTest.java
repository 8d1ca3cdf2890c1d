package dev.onceonly.http.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import org.junit.jupiter.api.Test;

class HoldingTest {
  private static final int KIB = 1_024;

  private final MemoryBudget budget =
      new MemoryBudget(4, new BytePool(16 * KIB), new BytePool(64 * KIB));
  private final Holding holding = new Holding(budget);

  @Test
  void whatEveryConnectionHasCostsNothingShared() {
    assertThat(holding.tryTake(Holding.FREE_BYTES)).isTrue();
    assertThat(budget.strangers().bytesTaken()).isZero();
    assertThat(holding.tryTake(1)).isTrue();
    assertThat(budget.strangers().bytesTaken()).isEqualTo(8L * KIB);
  }

  @Test
  void aStrangerGetsNoMoreThanStrangersMay() {
    assertThat(holding.tryTake(Holding.FREE_BYTES + 16L * KIB)).isTrue();
    assertThat(holding.tryTake(1)).isFalse();
    assertThat(new Holding(budget).tryTake(Holding.FREE_BYTES + 1L)).isFalse();
    holding.end();
    assertThat(budget.strangers().bytesTaken()).isZero();
  }

  @Test
  void aKnownKeyMovesWhatIsHeld() {
    holding.take(Holding.FREE_BYTES + 10L * KIB);
    holding.admitted();
    assertThat(budget.strangers().bytesTaken()).isZero();
    assertThat(budget.requests().bytesTaken()).isEqualTo(16L * KIB);
    holding.take(48L * KIB);
    assertThatThrownBy(() -> holding.take(8L * KIB))
        .isInstanceOf(Failure.class)
        .extracting(thrown -> ((Failure) thrown).code())
        .isEqualTo(ErrorCode.OVERLOADED);
    holding.takeAnyway(8L * KIB);
    assertThat(budget.requests().bytesTaken()).isGreaterThan(budget.requests().bytesMax());
    holding.end();
    assertThat(budget.requests().bytesTaken()).isZero();
  }

  @Test
  void whereThereIsNoRoomAKeyIsRefusedAndNothingIsLost() {
    Holding other = new Holding(budget);
    other.admitted();
    other.take(Holding.FREE_BYTES + 60L * KIB);
    holding.take(Holding.FREE_BYTES + 1L);
    assertThatThrownBy(holding::admitted).isInstanceOf(Failure.class);
    holding.end();
    other.end();
    assertThat(budget.strangers().bytesTaken()).isZero();
    assertThat(budget.requests().bytesTaken()).isZero();
  }

  @Test
  void whoHasShownAKeyIsNoStrangerForItsLaterRequestsEither() {
    assertThat(holding.isStranger()).isTrue();
    holding.admitted();
    holding.end();
    assertThat(holding.isStranger()).isFalse();
    holding.take(Holding.FREE_BYTES + 20L * KIB);
    holding.admitted();
    assertThat(budget.strangers().bytesTaken()).isZero();
    assertThat(budget.requests().bytesTaken()).isEqualTo(24L * KIB);
    holding.end();
    assertThat(budget.requests().bytesTaken()).isZero();
  }

  @Test
  void theSharesFollowTheHeap() {
    MemoryBudget small = MemoryBudget.ofHeap(64L << 20);
    MemoryBudget large = MemoryBudget.ofHeap(128L << 20);
    assertThat(large.connectionsMax()).isBetween(1_700, 1_850);
    assertThat(small.connectionsMax()).isEqualTo(large.connectionsMax() / 2);
    assertThat(MemoryBudget.ofHeap(8L << 30).connectionsMax())
        .isEqualTo(MemoryBudget.CONNECTIONS_MAX);
    long bytes =
        large.strangers().bytesMax()
            + large.requests().bytesMax()
            + (long) large.connectionsMax() * MemoryBudget.CONNECTION_BYTES;
    assertThat(bytes).isLessThan(64L << 20);
    assertThatThrownBy(() -> small.withConnectionsMax(0)).hasMessageContaining("connectionsMax");
  }
}
