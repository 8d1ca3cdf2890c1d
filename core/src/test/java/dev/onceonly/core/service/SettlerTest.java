package dev.onceonly.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.govern.CallKey;
import org.junit.jupiter.api.Test;

final class SettlerTest {
  private static final CallKey CALL = new CallKey(1, 7);

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
}
