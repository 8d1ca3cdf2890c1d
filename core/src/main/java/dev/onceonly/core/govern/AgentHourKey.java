package dev.onceonly.core.govern;

import dev.onceonly.core.step.RowKey;
import java.time.Instant;

/// Names an agent's figures of one UTC clock hour.
///
/// @param hour hours since 1970-01-01T00Z
public record AgentHourKey(long namespaceId, String agentId, int hour)
    implements RowKey<AgentHourRow> {
  private static final long HOUR_SECONDS = 3_600;

  public static AgentHourKey at(AgentKey agent, Instant now) {
    return new AgentHourKey(
        agent.namespaceId(),
        agent.agentId(),
        (int) Math.floorDiv(now.getEpochSecond(), HOUR_SECONDS));
  }

  @Override
  public Class<AgentHourRow> rowType() {
    return AgentHourRow.class;
  }
}
