package dev.onceonly.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.govern.AgentRow;
import dev.onceonly.core.govern.AgentTotalKey;
import dev.onceonly.core.govern.AgentTotalRow;
import dev.onceonly.core.govern.CallKey;
import dev.onceonly.core.govern.CallRow;
import dev.onceonly.core.govern.CallState;
import dev.onceonly.core.govern.Policy;
import dev.onceonly.core.govern.PolicyKey;
import dev.onceonly.core.govern.PolicyRow;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Which agents the sweep forgets, and when.
final class SweepAgentsTest extends TablesUnderTest {
  private static final long SEEN_MS = 50_000;
  private static final long GONE_MS = SEEN_MS + AGENTS_KEPT_MS;
  private static final Policy OPEN = new Policy(null, null, Policy.Caps.NONE, null);

  @Test
  void anAgentGoesTheRetentionAfterItWasLastSeen() throws SQLException {
    save(agent("old"), AgentRow.UNSEEN.seenAt(SEEN_MS));
    save(agent("newer"), AgentRow.UNSEEN.seenAt(SEEN_MS + 1));
    save(new AgentTotalKey(1), new AgentTotalRow(2, 0));
    assertThat(sweepAll(GONE_MS - 1)).isZero();
    assertThat(count("agents")).isEqualTo(2);
    assertThat(sweepAll(GONE_MS)).isEqualTo(1);
    assertThat(load(agent("old"))).isNull();
    assertThat(load(agent("newer"))).isNotNull();
    assertThat(load(new AgentTotalKey(1))).isEqualTo(new AgentTotalRow(1, 0));
  }

  @Test
  void whomAPersonHasDealtWithStays() throws SQLException {
    AgentRow seen = AgentRow.UNSEEN.seenAt(SEEN_MS);
    save(agent("off"), seen.disabledAt(SEEN_MS, "stop"));
    save(agent("with-policy"), seen);
    save(new PolicyKey(1, "with-policy"), new PolicyRow(OPEN, "v", 1));
    save(new PolicyKey(2, "other"), new PolicyRow(OPEN, "v", 1));
    save(agent("never-seen"), AgentRow.UNSEEN);
    save(AgentKey.all(1), seen);
    save(agent("other"), seen);
    save(new AgentTotalKey(1), new AgentTotalRow(4, 1));
    save(new AgentTotalKey(2), new AgentTotalRow(1, 0));
    assertThat(sweepAll(Long.MAX_VALUE)).isEqualTo(1);
    assertThat(load(agent("other"))).isNull();
    assertThat(load(new AgentTotalKey(1))).isEqualTo(new AgentTotalRow(3, 1));
    assertThat(load(new AgentTotalKey(2))).isEqualTo(new AgentTotalRow(1, 0));
    save(new PolicyKey(1, "with-policy"), null);
    save(agent("off"), seen);
    assertThat(sweepAll(Long.MAX_VALUE)).isEqualTo(2);
    assertThat(load(AgentKey.all(1))).isNotNull();
    assertThat(load(agent("never-seen"))).isNotNull();
  }

  @ParameterizedTest
  @EnumSource(CallState.class)
  void oneWithAnUnsettledCallStays(CallState state) throws SQLException {
    boolean settled = state == CallState.EXECUTED || state == CallState.FAILED;
    save(agent("bot"), AgentRow.UNSEEN.seenAt(SEEN_MS));
    save(new AgentKey(2, "bot"), AgentRow.UNSEEN.seenAt(SEEN_MS));
    save(new AgentTotalKey(1), new AgentTotalRow(1, 0));
    // Settled so late that the calls' own retention has not passed.
    Long settledAtMs = state == CallState.RESERVED ? null : (Long) GONE_MS;
    save(
        new CallKey(1, 1),
        new CallRow(
            new CallRow.Asked("bot", "t", "global", HASH, null, null),
            new CallRow.Hold(7, SEEN_MS),
            new CallRow.Delivery(HASH, "k", 1, "b", 0, 0),
            new CallRow.Ending(state, settledAtMs, null, null, null, null)));
    sweepAll(GONE_MS);
    assertThat(load(agent("bot")) == null).isEqualTo(settled);
    assertThat(load(new AgentKey(2, "bot"))).as("another's").isNull();
  }

  @Test
  void manyGoInBoundedPieces() throws SQLException {
    for (int i = 0; i < 600; i++) {
      save(agent("bot-" + i), AgentRow.UNSEEN.seenAt(i % 2 == 0 ? SEEN_MS : SEEN_MS + 1));
      save(new AgentKey(i, "b"), AgentRow.UNSEEN.seenAt(SEEN_MS));
    }
    save(new AgentTotalKey(1), new AgentTotalRow(601, 0));
    Sweep.Piece piece;
    int deleted = 0;
    do {
      piece = sweepPiece(GONE_MS);
      assertThat(piece.deleted()).isLessThanOrEqualTo(256);
      deleted += piece.deleted();
    } while (!piece.roundDone());
    assertThat(deleted).isEqualTo(300 + 600);
    assertThat(load(new AgentTotalKey(1))).isEqualTo(new AgentTotalRow(300, 0));
  }

  private static AgentKey agent(String agentId) {
    return new AgentKey(1, agentId);
  }
}
