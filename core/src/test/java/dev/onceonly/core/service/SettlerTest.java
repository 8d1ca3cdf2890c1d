package dev.onceonly.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.Failure;
import dev.onceonly.core.govern.CallKey;
import dev.onceonly.core.govern.CallRow;
import dev.onceonly.core.govern.Decision;
import dev.onceonly.core.govern.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

final class SettlerTest {
  private static final CallKey CALL = new CallKey(1, 7);

  private static final CallRow ROW =
      new CallRow(
          new CallRow.Asked("bot", "charge", "global", "0".repeat(64), null, null),
          new CallRow.Hold(0, 0),
          new CallRow.Delivery("dedup", "key", 1, "binding", 1, 30_000),
          CallRow.Ending.OPEN);

  private final Settler settler = new Settler(Runnable::run, (_, _) -> {});

  @Test
  void whoHadACallBeforeDoesNotLetItGoForTheNextOne() {
    settler.take(CALL, 1);
    settler.take(CALL, 2);
    settler.drop(CALL, 1);
    assertThat(settler.inHand()).isEqualTo(1);
    assertThat(settler.tryTake(CALL, 3)).isFalse();
    settler.drop(CALL, 3);
    assertThat(settler.inHand()).isEqualTo(1);
    settler.drop(CALL, 2);
    assertThat(settler.tryTake(CALL, 3)).isTrue();
    assertThat(settler.finish(0)).hasSize(1);
  }

  @Test
  void whatTheStoreRefusesIsCountedUntilItIsStored() {
    List<Integer> counted = new ArrayList<>();
    CallAnswer.Decided answer =
        new CallAnswer.Decided(Decision.EXECUTED, true, Reason.OK, null, null, null);
    Supplier<CallAnswer.Decided> writing =
        () -> {
          counted.add(settler.refused());
          if (counted.size() < 3) {
            throw Failure.overloaded("the disk is full");
          }
          return answer;
        };

    settler.settle(new Opened.Claimed(CALL, ROW, null, 0), writing, () -> {}, null);

    assertThat(counted).containsExactly(0, 1, 1);
    assertThat(settler.refused()).isZero();
  }
}
