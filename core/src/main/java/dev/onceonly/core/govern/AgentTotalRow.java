package dev.onceonly.core.govern;

/// How many agents a namespace has. Kept by every step that makes or removes an agent's row or
/// policy or moves an agent's switch, and by what forgets agents.
///
/// @param known agents that have a row, a policy or both, without the namespace's own switch: what
///   the list of agents shows
/// @param off those of them whose own switch is off
public record AgentTotalRow(long known, long off) {
  public static final AgentTotalRow NONE = new AgentTotalRow(0, 0);

  /// Agents whose own switch is on.
  public long on() {
    return known - off;
  }

  /// With more or fewer of both.
  public AgentTotalRow plus(int moreKnown, int moreOff) {
    return new AgentTotalRow(known + moreKnown, off + moreOff);
  }
}
