package dev.onceonly.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.service.ToolDispatcher.Order;
import dev.onceonly.core.service.ToolDispatcher.Outcome;
import dev.onceonly.core.service.ToolDispatcher.Outcome.Executed;
import dev.onceonly.core.service.ToolDispatcher.Outcome.Failed;
import dev.onceonly.core.service.ToolDispatcher.Outcome.Stopped;
import dev.onceonly.core.service.ToolDispatcher.Outcome.Unknown;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which end of an attempt means what (contract 18, outcomes of a dispatch), and what is tried
/// again.
final class OutcomesTest {
  @TempDir private Path folder;
  private Calls calls;

  @BeforeEach
  void open() {
    calls = new Calls(folder);
  }

  @AfterEach
  void close() {
    calls.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 202, 203, 206, 226, 299})
  void twoHundredsAreExecutedWithTheirBody(int status) {
    try (RawTool tool = RawTool.answeringAlways(RawTool.answer(status, "{\"id\": 1}"))) {
      assertThat(calls.call(tool.url(), 2)).isEqualTo(new Executed(1, status, "{\"id\":1}"));
    }
  }

  @Test
  void noContentIsExecutedWithAnEmptyObjectEvenWhereItHasABody() {
    try (RawTool tool = RawTool.answeringAlways("HTTP/1.1 204 No Content\r\n\r\n");
        RawTool odd = RawTool.answeringAlways(RawTool.answer(204, "{\"a\":1}"))) {
      assertThat(calls.call(tool.url(), 0)).isEqualTo(new Executed(1, 204, "{}"));
      assertThat(calls.call(odd.url(), 0)).isEqualTo(new Executed(1, 204, "{}"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 405, 407, 409, 410, 413, 421, 422, 451, 499})
  void otherFourHundredsAreCertainFailuresAndNotRepeated(int status) {
    try (RawTool tool = RawTool.answeringAlways(RawTool.answer(status, "no"))) {
      assertThat(calls.call(tool.url(), 3)).isEqualTo(new Failed(1, status, "status " + status));
      assertThat(tool.requests()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 501, 505, 507, 511, 599})
  void whatMayHaveActedIsUnknownAndNotRepeatedWhereThatMightNotHelp(int status) {
    try (RawTool tool = RawTool.answeringAlways(RawTool.answer(status, "no"))) {
      assertThat(calls.call(tool.url(), 3)).isEqualTo(new Unknown(1, status, "status " + status));
      assertThat(tool.requests()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 502, 503, 504})
  void theseAreRepeatedAndThenUnknown(int status) {
    try (RawTool tool = RawTool.answeringAlways(RawTool.answer(status, "no"))) {
      assertThat(calls.call(tool.url(), 2)).isEqualTo(new Unknown(3, status, "status " + status));
      assertThat(tool.requests()).hasSize(3);
      assertThat(calls.pauses()).containsExactly(Duration.ofMillis(200), Duration.ofMillis(400));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {307, 308})
  void redirectsThatRepeatTheRequestAreCertainFailures(int status) {
    try (RawTool target = RawTool.answeringAlways(RawTool.ok("{}"));
        RawTool tool = redirecting(status, target.url())) {
      assertThat(calls.call(tool.url(), 2)).isInstanceOf(Failed.class);
      assertThat(tool.requests()).hasSize(1);
      assertThat(target.connections()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {300, 301, 302, 303, 304})
  void otherRedirectsAreUnknownAndNeverFollowed(int status) {
    try (RawTool target = RawTool.answeringAlways(RawTool.ok("{}"));
        RawTool tool = redirecting(status, target.url())) {
      assertThat(calls.call(tool.url(), 2)).isInstanceOf(Unknown.class);
      assertThat(tool.requests()).hasSize(1);
      assertThat(target.connections()).isZero();
    }
  }

  private static RawTool redirecting(int status, String target) {
    return RawTool.answeringAlways(
        "HTTP/1.1 " + status + " X\r\nLocation: " + target + "\r\nContent-Length: 0\r\n\r\n");
  }

  @Test
  void aRefusedConnectionIsRepeatedAndThenACertainFailure() throws IOException {
    String url = "http://127.0.0.1:" + closedPort() + "/";

    assertThat(calls.call(url, 2)).isEqualTo(new Failed(3, null, "connection refused"));
    assertThat(calls.pauses()).hasSize(2);
  }

  @Test
  void aFailureAfterAnUncertainAttemptIsUnknown() {
    try (RawTool tool = statuses(500, 404);
        RawTool busy = statuses(429, 403);
        RawTool redirects = statuses(503, 308)) {
      assertThat(calls.call(tool.url(), 2)).isEqualTo(new Unknown(2, 404, "status 404"));
      assertThat(calls.call(busy.url(), 2)).isInstanceOf(Unknown.class);
      assertThat(calls.call(redirects.url(), 2)).isInstanceOf(Unknown.class);
    }
  }

  @Test
  void aSuccessAfterUncertainAttemptsIsExecuted() {
    try (RawTool tool = statuses(500, 429, 200)) {
      assertThat(calls.call(tool.url(), 2)).isEqualTo(new Executed(3, 200, "{}"));
    }
  }

  @Test
  void attemptsOfAnEarlierDispatcherCountAndMakeEveryFailureUnknown() throws IOException {
    try (RawTool tool = RawTool.answeringAlways(RawTool.answer(404, "no"));
        RawTool broken = RawTool.answeringAlways(RawTool.answer(500, "no"))) {
      Calls.Counting attempts = new Calls.Counting();

      assertThat(after(tool.url(), 1, 2, attempts)).isEqualTo(new Unknown(2, 404, "status 404"));
      assertThat(after(broken.url(), 1, 2, attempts)).isEqualTo(new Unknown(3, 500, "status 500"));
      assertThat(attempts.begun()).containsExactly(2, 2, 3);
      assertThat(after("http://127.0.0.1:" + closedPort() + "/", 1, 1, attempts))
          .isEqualTo(new Unknown(2, null, "connection refused"));
      assertThat(after("ftp://tools.example.org/", 1, 1, attempts)).isInstanceOf(Unknown.class);
    }
  }

  @Test
  void whereNoAttemptIsLeftNothingIsSent() {
    try (RawTool tool = RawTool.answeringAlways(RawTool.ok("{}"))) {
      Calls.Counting attempts = new Calls.Counting();

      assertThat(after(tool.url(), 3, 2, attempts))
          .isEqualTo(new Unknown(3, null, "no attempt is left"));
      assertThat(attempts.begun()).isEmpty();
      assertThat(tool.connections()).isZero();
    }
  }

  private Outcome after(String url, int attemptsBefore, int retries, Calls.Counting attempts) {
    Order first = calls.order(url, 10_000, retries);
    return calls
        .dispatcher()
        .dispatch(
            new Order(
                first.tool(), first.row(), first.bodyJson(), Calls.KEY, attemptsBefore, null, null),
            attempts);
  }

  @Test
  void noAttemptIsSentThatMayNotBegin() {
    try (RawTool tool = RawTool.answeringAlways(RawTool.answer(500, "no"))) {
      assertThat(
              calls
                  .dispatcher()
                  .dispatch(calls.order(tool.url(), 10_000, 5), new Calls.Counting(0)))
          .isEqualTo(new Stopped(0, false));
      assertThat(tool.connections()).isZero();
      assertThat(
              calls
                  .dispatcher()
                  .dispatch(calls.order(tool.url(), 10_000, 5), new Calls.Counting(2)))
          .isEqualTo(new Stopped(2, true));
      assertThat(tool.requests()).hasSize(2);
    }
  }

  @Test
  void everyAttemptThatBeganHasEnded() {
    try (RawTool tool = statuses(500, 503, 200)) {
      Calls.Counting attempts = new Calls.Counting();

      calls.dispatcher().dispatch(calls.order(tool.url(), 10_000, 5), attempts);

      assertThat(attempts.begun()).containsExactly(1, 2, 3);
      assertThat(attempts.onTheirWay()).isZero();
    }
  }

  @Test
  void retryAfterIsObeyedUpToFiveSecondsAndNonsenseIsNot() {
    for (String asked : List.of("3", "99999999999999999999", "3600", "0", "soon", "-1", "")) {
      try (RawTool tool = refusingOnce(429, asked)) {
        assertThat(calls.call(tool.url(), 1)).isInstanceOf(Executed.class);
        assertThat(tool.requests()).hasSize(2);
      }
    }

    assertThat(calls.pauses())
        .containsExactly(
            Duration.ofSeconds(3),
            Duration.ofMillis(200),
            Duration.ofSeconds(5),
            Duration.ofMillis(200),
            Duration.ofMillis(200),
            Duration.ofMillis(200),
            Duration.ofMillis(200));
  }

  @Test
  void aTryAtOnceIsCountedLikeEveryOther() {
    try (RawTool tool = refusingOnce(503, "0")) {
      assertThat(calls.call(tool.url(), 0)).isEqualTo(new Unknown(1, 503, "status 503"));
      assertThat(tool.requests()).hasSize(1);
    }
  }

  private static RawTool refusingOnce(int status, String retryAfter) {
    return RawTool.answering((number, socket) ->
        RawTool.send(
            socket,
            number == 1
                ? "HTTP/1.1 "
                    + status
                    + " X\r\nRetry-After: "
                    + retryAfter
                    + "\r\nContent-Length: 0\r\n\r\n"
                : RawTool.ok("{}")));
  }

  private static RawTool statuses(int... statuses) {
    int[] left = Arrays.copyOf(statuses, statuses.length);
    return RawTool.answering(
        (number, socket) -> RawTool.send(socket, RawTool.answer(left[number - 1], "")));
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  @Test
  void anInterruptEndsTheWaitAndTheCall() throws InterruptedException {
    try (RawTool tool = RawTool.answeringAlways(RawTool.answer(500, "no"))) {
      HttpToolDispatcher patient =
          new HttpToolDispatcher(
              new UrlRules(new AddressPolicy(true), true, List.of()),
              calls.sealer(),
              new HttpToolDispatcher.Ports(
                  Resolver.SYSTEM,
                  duration -> {
                    Thread.currentThread().interrupt();
                    throw new InterruptedException("told to");
                  },
                  () -> Calls.START,
                  System::nanoTime,
                  () -> 0));
      Outcome[] outcome = new Outcome[1];
      boolean[] stillInterrupted = new boolean[1];
      Thread caller =
          Thread.ofVirtual()
              .start(() -> {
                outcome[0] =
                    patient.dispatch(calls.order(tool.url(), 10_000, 5), new Calls.Counting());
                stillInterrupted[0] = Thread.currentThread().isInterrupted();
              });
      caller.join();
      patient.close();

      assertThat(outcome[0]).isEqualTo(new Unknown(1, 500, "status 500"));
      assertThat(stillInterrupted[0]).isTrue();
    }
  }
}
