package dev.onceonly.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/// Queues so many keyed runs as fast as they are taken, and then waits for each of their results.
/// Used by one thread for one measurement.
final class KeyedRuns implements Workload {
  static final int ACTIONS = 3;

  private static final String AGENT = "bench-runs";
  private static final int CONNECTIONS = 16;
  private static final int WAIT_SECONDS = 60;
  private static final long SILENCE_MAX_NS = 90_000_000_000L;

  private final RandomKeys keys;
  private final String toolUrl;
  private final int runs;
  private final List<Queued> queued = new ArrayList<>();
  private int sent;
  private int read;

  /// A run: its key, and when it was asked for.
  private record Queued(String key, long askedNs) {}

  /// What the runs brought. Latencies count from the request to the tool's first call for the run.
  record Outcome(int runs, double seconds, Latency firstAction) {
    double perSecond() {
      return runs / seconds;
    }
  }

  private KeyedRuns(int runs, String toolUrl, SplittableRandom random) {
    this.runs = runs;
    this.toolUrl = toolUrl;
    this.keys = new RandomKeys(random);
  }

  /// Runs them all on a server that may call the tool.
  ///
  /// @throws IOException if one of them is not answered or not completed as it must be
  static Outcome measure(Endpoint endpoint, EchoTool tool, int runs, SplittableRandom random)
      throws IOException, InterruptedException {
    KeyedRuns workload = new KeyedRuns(runs, tool.url(), random);
    workload.prepare(endpoint);
    long callsBefore = tool.calls();
    long startNs = System.nanoTime();
    Progress progress = new Progress();
    try (EventLoop loop = EventLoop.open(endpoint, workload, CONNECTIONS, progress)) {
      for (Connection connection : loop.connections()) {
        workload.sendNext(connection);
      }
      progress.next = workload::sendNext;
      while (workload.read < runs) {
        loop.poll();
        progress.failIfSilent();
      }
    }
    double seconds = (System.nanoTime() - startNs) / 1e9;
    long calls = tool.calls() - callsBefore;
    if (calls != (long) runs * ACTIONS) {
      throw new IOException("the tool was called " + calls + " times by " + runs + " runs");
    }
    return new Outcome(runs, seconds, workload.firstActions(tool));
  }

  @Override
  public void prepare(Endpoint endpoint) throws IOException, InterruptedException {
    try (Preparation preparation = new Preparation(endpoint)) {
      preparation.tool(GovernedCalls.TOOL, toolUrl);
      preparation.policy(AGENT, GovernedCalls.TOOL, 1_000_000_000);
    }
  }

  private void sendNext(Connection connection) {
    if (sent < 2 * runs) {
      sent++;
      connection.send(System.nanoTime());
    }
  }

  private Latency firstActions(EchoTool tool) {
    Histogram histogram = new Histogram(3);
    for (Queued run : queued) {
      Long calledNs = tool.firstCallNs().get(run.key);
      if (calledNs != null) {
        histogram.recordValue(Math.max(0, calledNs - run.askedNs));
      }
    }
    return Latency.of(histogram);
  }

  @Override
  public Script script(Endpoint endpoint) {
    return new OneOfMany(endpoint);
  }

  /// One connection: asks for a run while there are some left, then waits for results.
  private final class OneOfMany implements Script {
    private final RequestTemplate queue;
    private final RequestTemplate result;
    private final byte[] key = new byte[RandomKeys.LENGTH];
    private boolean reading;

    private OneOfMany(Endpoint endpoint) {
      String slot = RequestTemplate.keySlot();
      StringBuilder actions = new StringBuilder();
      for (int i = 0; i < ACTIONS; i++) {
        actions
            .append(i == 0 ? "" : ",")
            .append(
                "{\"tool\":\"%s\",\"args\":{\"key\":\"%s\"}}".formatted(GovernedCalls.TOOL, slot));
      }
      queue =
          RequestTemplate.post(
              endpoint,
              "/v1/ai/run",
              "{\"key\":\"%s\",\"ttl\":3600,\"metadata\":{\"agent_id\":\"%s\",\"actions\":[%s]}}"
                  .formatted(slot, AGENT, actions));
      result = RequestTemplate.get(endpoint, "/v1/ai/result?key=" + slot + "&wait=" + WAIT_SECONDS);
    }

    @Override
    public ByteBuffer next() {
      reading = queued.size() >= runs;
      if (reading) {
        result.fill(0, queued.get(sent - runs - 1).key.getBytes(US_ASCII));
        return result.ready();
      }
      keys.write(key, 0);
      for (int slot = 0; slot <= ACTIONS; slot++) {
        queue.fill(slot, key);
      }
      queued.add(new Queued(new String(key, US_ASCII), System.nanoTime()));
      return queue.ready();
    }

    @Override
    public boolean accepts(Response response) {
      if (!reading) {
        return StatusWord.ACQUIRED.isIn(response);
      }
      read++;
      return StatusWord.COMPLETED.isIn(response);
    }
  }

  /// Sends on every connection what is next, and fails at the first wrong answer.
  private static final class Progress implements EventLoop.Answers {
    private Consumer<Connection> next = connection -> {};
    private long lastNs = System.nanoTime();

    @Override
    public void answered(Connection connection, long nowNs) {
      if (!connection.fault().isEmpty()) {
        throw new IllegalStateException("keyed runs: " + connection.fault());
      }
      lastNs = nowNs;
      next.accept(connection);
    }

    private void failIfSilent() throws IOException {
      if (System.nanoTime() - lastNs > SILENCE_MAX_NS) {
        throw new IOException("keyed runs: no answer for 90 s");
      }
    }
  }
}
