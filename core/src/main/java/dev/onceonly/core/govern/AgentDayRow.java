package dev.onceonly.core.govern;

/// One agent's day. Reserved and settled spend together never pass the policy's cap.
///
/// @param actions reserved, executed, failed or unknown calls
/// @param reservedNanoUsd held for calls in flight and for unknown ones
/// @param settledNanoUsd of executed calls
public record AgentDayRow(long actions, long blocked, long reservedNanoUsd, long settledNanoUsd) {
  public static final AgentDayRow NONE = new AgentDayRow(0, 0, 0, 0);

  /// What a cap is held against.
  public long spentNanoUsd() {
    return Money.plus(reservedNanoUsd, settledNanoUsd);
  }

  public AgentDayRow plusBlocked() {
    return new AgentDayRow(actions, blocked + 1, reservedNanoUsd, settledNanoUsd);
  }

  public AgentDayRow plusReserved(long nanoUsd) {
    return new AgentDayRow(
        actions + 1, blocked, Money.plus(reservedNanoUsd, nanoUsd), settledNanoUsd);
  }

  /// The reservation becomes final.
  public AgentDayRow settle(long nanoUsd) {
    return new AgentDayRow(
        actions, blocked, reservedNanoUsd - nanoUsd, Money.plus(settledNanoUsd, nanoUsd));
  }

  /// The reservation is given back; the action stays counted.
  public AgentDayRow release(long nanoUsd) {
    return new AgentDayRow(actions, blocked, reservedNanoUsd - nanoUsd, settledNanoUsd);
  }

  /// A call that was stopped before anything was sent: it counts as blocked, not as an action.
  public AgentDayRow undo(long nanoUsd) {
    return new AgentDayRow(actions - 1, blocked + 1, reservedNanoUsd - nanoUsd, settledNanoUsd);
  }
}
