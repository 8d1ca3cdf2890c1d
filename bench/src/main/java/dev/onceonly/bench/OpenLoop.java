package dev.onceonly.bench;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/// Measures latency: requests arrive on a fixed schedule, whatever the server does, and each one's
/// latency counts from its scheduled instant. While all connections are busy, arrivals wait, and
/// that wait counts: a server that stalls is seen by all who came during the stall.
final class OpenLoop implements EventLoop.Answers {
  private static final double SECOND_NS = 1e9;

  private final Recorder recorder;
  private final Deque<Connection> idle = new ArrayDeque<>();
  private final long arrivals;
  private final double gapNs;
  private long beginNs;
  private long sent;
  private long finished;

  private OpenLoop(Recorder recorder, double ratePerSecond, Timing timing) {
    this.recorder = recorder;
    gapNs = SECOND_NS / ratePerSecond;
    arrivals = (long) (timing.sendingNs() / gapNs);
  }

  static Measured run(
      Subject subject, Workload workload, int connections, double ratePerSecond, Timing timing)
      throws IOException {
    Recorder recorder = new Recorder(subject, workload, timing);
    OpenLoop open = new OpenLoop(recorder, ratePerSecond, timing);
    try (EventLoop loop = EventLoop.open(subject.endpoint(), workload, connections, open)) {
      open.idle.addAll(loop.connections());
      open.drive(loop);
    }
    recorder.missing(open.arrivals - open.finished);
    return recorder.measured(ratePerSecond);
  }

  private void drive(EventLoop loop) throws IOException {
    long nowNs = System.nanoTime();
    beginNs = nowNs;
    recorder.begin(nowNs);
    try (Ticker _ = Ticker.start(this::dueNs, arrivals, loop::wakeup)) {
      while (recorder.goesOn(nowNs, arrivals - finished)) {
        sendDue(nowNs);
        loop.poll();
        nowNs = System.nanoTime();
        recorder.tick(nowNs);
      }
    }
  }

  private long dueNs(long arrival) {
    return beginNs + (long) (arrival * gapNs);
  }

  private void sendDue(long nowNs) {
    while (sent < arrivals && !idle.isEmpty() && dueNs(sent) <= nowNs) {
      long scheduledNs = dueNs(sent);
      sent++;
      idle.remove().send(scheduledNs);
    }
  }

  @Override
  public void answered(Connection connection, long nowNs) {
    finished++;
    recorder.answered(connection, nowNs);
    idle.add(connection);
    sendDue(nowNs);
  }
}
