package dev.onceonly.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.govern.AgentRow;
import dev.onceonly.core.step.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// What the kill switch counts, and that it keeps nothing of attempts that are over.
final class KillSwitchTest {
  private static final AgentKey AGENT = new AgentKey(1, "a");
  private final KillSwitch killSwitch = new KillSwitch(List.of());

  @Test
  void attemptsAreCountedForTheirAgentAndForAllOfTheNamespace() {
    killSwitch.begin(AGENT);
    killSwitch.begin(AGENT);
    killSwitch.begin(new AgentKey(1, "b"));
    killSwitch.begin(new AgentKey(2, "a"));
    assertThat(killSwitch.onTheirWay(AGENT)).isEqualTo(2);
    assertThat(killSwitch.onTheirWay(AgentKey.all(1))).isEqualTo(3);
    killSwitch.end(AGENT);
    assertThat(killSwitch.onTheirWay(AGENT)).isEqualTo(1);
    assertThat(killSwitch.onTheirWay(AgentKey.all(1))).isEqualTo(2);
  }

  @Test
  void anAgentWhoseAttemptsAreOverTakesNoRoom() {
    killSwitch.committed(
        List.of(new Change<>(AGENT, AgentRow.UNSEEN.disabledAt(1, "stop"))), List.of());
    for (int i = 0; i < 1_000; i++) {
      AgentKey agent = new AgentKey(1, "agent-" + i);
      assertThat(killSwitch.begin(agent)).isTrue();
      killSwitch.end(agent);
      assertThat(killSwitch.begin(AGENT)).as("it is switched off").isFalse();
    }
    assertThat(killSwitch.agentsOnTheirWay()).isZero();
  }

  @Test
  void noAttemptIsLostWhereManyBeginAndEndAtOnce() {
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int thread = 0; thread < 8; thread++) {
      all.add(
          CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 20_000; i++) {
              killSwitch.begin(AGENT);
              if (killSwitch.onTheirWay(AGENT) < 1) {
                throw new AssertionError("an attempt on its way was not counted");
              }
              killSwitch.end(AGENT);
            }
          }));
    }
    all.forEach(CompletableFuture::join);
    assertThat(killSwitch.agentsOnTheirWay()).isZero();
  }
}
