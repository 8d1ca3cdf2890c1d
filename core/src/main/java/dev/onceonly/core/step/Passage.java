package dev.onceonly.core.step;

/// Which bounds of the lane's queue hold for a step.
public enum Passage {
  /// The queue's bound and its namespace's share: what comes on top is `OVERLOADED`.
  SHARED,
  /// None: it writes down what has happened outside already, or it stops something, and there are
  /// never more of them than things in flight. It is taken before what waits in the shares, which
  /// have half of each transaction all the same.
  FREE
}
