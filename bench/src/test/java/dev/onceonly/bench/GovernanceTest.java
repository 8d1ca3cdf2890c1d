package dev.onceonly.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class GovernanceTest {
  private static final Timing SHORT =
      new Timing(Duration.ZERO, Duration.ofMillis(200), Duration.ofSeconds(2));
  private static final int RUNS = 20;

  @Test
  void runsAreQueuedDoneAndTimedFromTheRequestToTheFirstCall() throws Exception {
    try (EchoTool tool = EchoTool.start();
        FakeServer server = FakeServer.start(0, dispatching(tool, KeyedRuns.ACTIONS))) {
      KeyedRuns.Outcome outcome =
          KeyedRuns.measure(server.subject().endpoint(), tool, RUNS, new SplittableRandom());

      assertThat(outcome.runs()).isEqualTo(RUNS);
      assertThat(outcome.perSecond()).isPositive();
      assertThat(outcome.firstAction().p50Us()).isBetween(1.0, 5e6);
      assertThat(tool.firstCallNs()).hasSize(RUNS);
      assertThat(tool.calls()).isEqualTo((long) RUNS * KeyedRuns.ACTIONS);
    }
  }

  @Test
  void runsThatCallTheToolTooOftenAreNoMeasurement() throws Exception {
    try (EchoTool tool = EchoTool.start();
        FakeServer server = FakeServer.start(0, dispatching(tool, KeyedRuns.ACTIONS + 1))) {
      Endpoint endpoint = server.subject().endpoint();
      assertThatThrownBy(() -> KeyedRuns.measure(endpoint, tool, RUNS, new SplittableRandom()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("80 times by 20 runs");
    }
  }

  @Test
  void runThatFailedIsNoMeasurement() throws Exception {
    FakeServer.Handler failing =
        request ->
            FakeServer.ok(
                request.path().startsWith("/v1/ai/result")
                    ? "{\"status\":\"failed\"}"
                    : "{\"status\":\"acquired\"}");
    try (EchoTool tool = EchoTool.start();
        FakeServer server = FakeServer.start(0, failing)) {
      Endpoint endpoint = server.subject().endpoint();
      assertThatThrownBy(() -> KeyedRuns.measure(endpoint, tool, RUNS, new SplittableRandom()))
          .hasMessageContaining("failed");
    }
  }

  @Test
  void dispatchedCallsHaveToBeExecuted() throws Exception {
    try (EchoTool tool = EchoTool.start();
        FakeServer right = FakeServer.start(0, dispatching(tool, 1));
        FakeServer blocking = FakeServer.right()) {
      assertThat(dispatch(right, tool).faults()).isEqualTo(new Faults(0, ""));
      assertThat(dispatch(blocking, tool).faults().first()).contains("blocked");
    }
  }

  @Test
  void toolIsMeasuredDirectly() throws IOException {
    try (EchoTool tool = EchoTool.start()) {
      Subject subject = new Subject(tool.endpoint(), ProcessStats.self());
      Measured measured =
          ClosedLoop.run(subject, new DirectCalls(new SplittableRandom()), 2, SHORT);
      assertThat(measured.faults()).isEqualTo(new Faults(0, ""));
      assertThat(measured.flow().requests()).isBetween(1L, tool.calls());
    }
  }

  @Test
  void serverThatRefusesThePreparationIsReported() throws IOException {
    byte[] answer = FakeServer.raw("HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\n{}");
    try (FakeServer server = FakeServer.start(0, request -> answer)) {
      Workload workload = WorkloadKind.CAPPED.create(new SplittableRandom());
      assertThatThrownBy(() -> workload.prepare(server.subject().endpoint()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("/v1/tools: HTTP 403");
    }
  }

  @Test
  void decisionsAreComparedWithLocksOfTheSameRound() throws Exception {
    Target target = Target.of("B", List.of("none"));
    Results results = new Results();
    results.add(new Results.Run(1, target, new Cell(WorkloadKind.NEW, 4, false), at(1000)));
    results.add(new Results.Run(1, target, new Cell(WorkloadKind.GOVERNED, 4, false), at(600)));
    results.addFlushUs(1);
    String report =
        new Report(results, List.of(target)).markdown(Conditions.ofMachine(Path.of("")));
    assertThat(report).contains("## Governed decisions", "0.60 (0.60..0.60)");
  }

  @Test
  void figuresAreShownWithWhatGovernanceAdds() {
    Target target = Target.of("B", List.of("none"));
    List<Governance.Round> rounds = new ArrayList<>();
    rounds.add(new Governance.Round(1, at(1000), slower(at(500))));
    KeyedRuns.Outcome runs = new KeyedRuns.Outcome(1000, 4, new Latency(2000, 3000, 3000, 4000));
    String markdown =
        Governance.markdown(List.of(new Governance.Figures(target, rounds, List.of(runs))));
    assertThat(markdown).contains("1.50 (1.50..1.50)", "250 (250..250)", "2.00 (2.00..2.00)");
  }

  private static Measured at(long perSecond) {
    return new Measured(
        new Flow(1, perSecond, 0, 0),
        new Latency(500, 900, 900, 900),
        new Cost(1, 1, 1),
        new Faults(0, ""));
  }

  private static Measured slower(Measured measured) {
    return new Measured(
        measured.flow(), new Latency(2000, 2900, 3000, 3000), measured.cost(), measured.faults());
  }

  private static Measured dispatch(FakeServer server, EchoTool tool)
      throws IOException, InterruptedException {
    Workload workload = GovernedCalls.dispatched(tool.url(), new SplittableRandom());
    workload.prepare(server.subject().endpoint());
    return ClosedLoop.run(server.subject(), workload, 2, SHORT);
  }

  /// As much of the product as calls a tool: so often for each run, or for each call. Results are
  /// there when all the runs are done.
  private static FakeServer.Handler dispatching(EchoTool tool, int times) {
    CountDownLatch runsLeft = new CountDownLatch(RUNS);
    HttpClient http = HttpClient.newHttpClient();
    return request -> {
      if (request.path().startsWith("/v1/ai/result")) {
        runsLeft.await();
        return FakeServer.ok("{\"status\":\"completed\"}");
      }
      if (request.path().equals("/v1/ai/run")) {
        // The key that the tool notes is that of the arguments.
        int args = request.body().indexOf("\"args\"");
        for (int i = 0; i < times; i++) {
          call(http, tool, request.body().substring(args));
        }
        runsLeft.countDown();
      }
      return FakeServer.ok("{\"status\":\"acquired\",\"decision\":\"executed\"}");
    };
  }

  private static void call(HttpClient http, EchoTool tool, String body)
      throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(tool.url()))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      http.send(request, HttpResponse.BodyHandlers.discarding());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
