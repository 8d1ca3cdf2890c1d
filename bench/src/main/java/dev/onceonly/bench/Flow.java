package dev.onceonly.bench;

/// What went through in the window. `offeredPerSecond` is 0 in a closed loop, which offers whatever
/// is taken; `lives` counts whole lease lives.
record Flow(double seconds, long requests, long lives, double offeredPerSecond) {
  double perSecond() {
    return requests / seconds;
  }
}
