package dev.onceonly.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@EnabledOnOs(OS.LINUX)
class ClosedLoopTest {
  private static final int CONNECTIONS = 8;
  private static final Timing SHORT =
      new Timing(Duration.ZERO, Duration.ofMillis(200), Duration.ofMillis(300));

  @ParameterizedTest
  @EnumSource(WorkloadKind.class)
  void everyWorkloadIsAcceptedWhereTheAnswersAreRight(WorkloadKind kind)
      throws IOException, InterruptedException {
    try (FakeServer server = FakeServer.right()) {
      kind.create(new SplittableRandom()).prepare(server.subject().endpoint());
      long prepared = server.handled();
      Measured measured = run(server, kind);
      assertThat(measured.faults()).isEqualTo(new Faults(0, ""));
      // Those still in flight at the window's end are answered in the drain, and don't count.
      assertThat(measured.flow().requests())
          .isBetween(server.handled() - prepared - CONNECTIONS, server.handled() - prepared);
      assertThat(measured.flow().seconds()).isBetween(0.19, 5.0);
      assertThat(measured.latency().p50Us()).isPositive();
      assertThat(measured.cost().residentBytes()).isPositive();
    }
  }

  @Test
  void livesAreCountedWhenTheirResultWasRead() throws IOException {
    try (FakeServer server = FakeServer.right()) {
      Flow flow = run(server, WorkloadKind.LEASE).flow();
      assertThat(flow.lives()).isPositive();
      assertThat(Math.abs(flow.requests() - 4 * flow.lives())).isLessThanOrEqualTo(4 * CONNECTIONS);
    }
  }

  @Test
  void oneWrongAnswerAmongManyIsAFault() throws IOException {
    FakeOnceOnly product = new FakeOnceOnly();
    AtomicLong calls = new AtomicLong();
    FakeServer.Handler wrongOnce =
        request -> {
          String right = product.answer(request);
          return FakeServer.ok(
              calls.incrementAndGet() == 100 ? right.replace("locked", "duplicate") : right);
        };
    try (FakeServer server = FakeServer.start(0, wrongOnce)) {
      Faults faults = run(server, WorkloadKind.NEW).faults();
      assertThat(faults.count()).isEqualTo(1);
      assertThat(faults.first()).startsWith("HTTP 200 ").contains("duplicate");
    }
  }

  @Test
  void rightWordWithAWrongStatusIsAFault() throws IOException {
    String body = "{\"status\":\"locked\"}";
    String answer = "HTTP/1.1 503 No\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    try (FakeServer server = FakeServer.start(0, request -> FakeServer.raw(answer))) {
      Measured measured = run(server, WorkloadKind.NEW);
      assertThat(measured.faults().count()).isEqualTo(server.handled());
      assertThat(measured.faults().first()).startsWith("HTTP 503 ");
    }
  }

  @Test
  void twoWinnersOfTheHotKeyAreAFaultAndSoIsNone() throws IOException {
    String[] words = {"locked", "duplicate"};
    for (String word : words) {
      byte[] answer = FakeServer.ok("{\"status\":\"" + word + "\"}");
      try (FakeServer server = FakeServer.start(0, request -> answer)) {
        assertThat(run(server, WorkloadKind.HOT).faults().any()).isTrue();
      }
    }
  }

  @Test
  void resultThatIsNotTheStoredOneIsAFault() throws IOException {
    FakeOnceOnly product = new FakeOnceOnly();
    FakeServer.Handler forgetful =
        request ->
            FakeServer.ok(product.answer(request).replaceFirst("\"text\":\".", "\"text\":\"!"));
    try (FakeServer server = FakeServer.start(0, forgetful)) {
      Measured measured = run(server, WorkloadKind.LEASE);
      assertThat(measured.flow().lives()).isZero();
      assertThat(measured.faults().count()).isPositive();
    }
  }

  @Test
  void answersThatCloseTheConnectionAreFollowedByANewOne() throws IOException {
    FakeOnceOnly product = new FakeOnceOnly();
    FakeServer.Handler closing =
        request -> {
          String json = product.answer(request);
          return FakeServer.raw(
              "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
                  .formatted(json.length(), json));
        };
    try (FakeServer server = FakeServer.start(0, closing)) {
      Measured measured = run(server, WorkloadKind.MIX);
      assertThat(measured.faults()).isEqualTo(new Faults(0, ""));
      assertThat(measured.flow().requests()).isGreaterThan(CONNECTIONS);
    }
  }

  @Test
  void connectionClosedInsteadOfAnAnswerIsAFault() throws IOException {
    FakeOnceOnly product = new FakeOnceOnly();
    AtomicLong calls = new AtomicLong();
    FakeServer.Handler rude =
        request ->
            calls.incrementAndGet() % 50 == 0 ? null : FakeServer.ok(product.answer(request));
    try (FakeServer server = FakeServer.start(0, rude)) {
      Faults faults = run(server, WorkloadKind.NEW).faults();
      assertThat(faults.count()).isEqualTo(calls.get() / 50);
      assertThat(faults.first()).isNotEmpty();
    }
  }

  @Test
  void chunkedAnswersAreRead() throws IOException {
    FakeOnceOnly product = new FakeOnceOnly();
    FakeServer.Handler chunked =
        request -> {
          String json = product.answer(request);
          return FakeServer.raw(
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n"
                  .formatted(json.length(), json));
        };
    try (FakeServer server = FakeServer.start(0, chunked)) {
      assertThat(run(server, WorkloadKind.NEW).faults()).isEqualTo(new Faults(0, ""));
    }
  }

  @Test
  void answersThatNeverComeAreFaults() throws IOException {
    FakeServer.Handler silent =
        request -> {
          Thread.sleep(Long.MAX_VALUE);
          return null;
        };
    try (FakeServer server = FakeServer.start(0, silent)) {
      Faults faults = run(server, WorkloadKind.NEW).faults();
      assertThat(faults.count()).isEqualTo(CONNECTIONS + 1);
      assertThat(faults.first()).startsWith("no answer within");
    }
  }

  @Test
  void liveKeysAreLoadedInWholeBatches() throws IOException {
    FakeOnceOnly product = new FakeOnceOnly();
    try (FakeServer server =
        FakeServer.start(0, request -> FakeServer.ok(product.answer(request)))) {
      LiveKeys.load(server.subject().endpoint(), 4500, new SplittableRandom());
      assertThat(product.locks()).isEqualTo(5000);
    }
  }

  private static Measured run(FakeServer server, WorkloadKind kind) throws IOException {
    Workload workload = kind.create(new SplittableRandom());
    return ClosedLoop.run(server.subject(), workload, CONNECTIONS, SHORT);
  }
}
