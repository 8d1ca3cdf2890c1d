package dev.onceonly.bench;

import java.io.IOException;

/// Measures throughput: every connection sends its next request as soon as its last one was
/// answered.
final class ClosedLoop implements EventLoop.Answers {
  private final Recorder recorder;
  private int inFlight;

  private ClosedLoop(Recorder recorder) {
    this.recorder = recorder;
  }

  static Measured run(Subject subject, Workload workload, int connections, Timing timing)
      throws IOException {
    Recorder recorder = new Recorder(subject, workload, timing);
    ClosedLoop closed = new ClosedLoop(recorder);
    try (EventLoop loop = EventLoop.open(subject.endpoint(), workload, connections, closed)) {
      long nowNs = System.nanoTime();
      recorder.begin(nowNs);
      for (Connection connection : loop.connections()) {
        closed.send(connection, System.nanoTime());
      }
      while (recorder.goesOn(nowNs, closed.inFlight)) {
        loop.poll();
        nowNs = System.nanoTime();
        recorder.tick(nowNs);
      }
    }
    recorder.missing(closed.inFlight);
    return recorder.measured(0);
  }

  private void send(Connection connection, long nowNs) {
    inFlight++;
    connection.send(nowNs);
  }

  @Override
  public void answered(Connection connection, long nowNs) {
    inFlight--;
    recorder.answered(connection, nowNs);
    if (nowNs < recorder.endNs()) {
      send(connection, nowNs);
    }
  }
}
