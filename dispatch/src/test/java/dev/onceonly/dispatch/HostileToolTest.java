package dev.onceonly.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.service.ToolDispatcher.Outcome;
import dev.onceonly.core.service.ToolDispatcher.Outcome.Executed;
import dev.onceonly.core.service.ToolDispatcher.Outcome.Failed;
import dev.onceonly.core.service.ToolDispatcher.Outcome.Unknown;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Tools that stall, drip, flood, lie and hang up: each ends within its time, with what is certain.
final class HostileToolTest {
  private static final int TIMEOUT_MS = 400;

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

  @Test
  void oneThatNeverAnswersIsUnknownAfterItsTimeout() {
    try (RawTool tool = RawTool.answering((_, _) -> {})) {
      assertEndsInTime(tool, new Unknown(1, null, "timeout"));
    }
  }

  @Test
  void oneThatDripsItsHeadIsCutOff() {
    try (RawTool tool =
        RawTool.answering((_, socket) -> drip(socket, "HTTP/1.1 200 OK\r\nX-A: "))) {
      assertEndsInTime(tool, new Unknown(1, null, "timeout"));
    }
  }

  @Test
  void oneThatDripsItsBodyIsCutOff() {
    try (RawTool tool =
        RawTool.answering(
            (_, socket) -> drip(socket, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"))) {
      assertEndsInTime(tool, new Unknown(1, null, "timeout"));
    }
  }

  @Test
  void oneThatSendsInterimAnswersForEverIsCutOff() {
    try (RawTool tool =
        RawTool.answering((_, socket) -> {
          while (true) {
            RawTool.send(socket, "HTTP/1.1 103 Early Hints\r\n\r\n");
          }
        })) {
      long start = System.nanoTime();

      // Ends by the timeout under load, and sooner with a lost connection where they come fast:
      // what counts is that it ends, and as an outcome that nobody knows.
      assertThat(calls.call(tool.url(), TIMEOUT_MS, 0))
          .isIn(new Unknown(1, null, "connection lost"), new Unknown(1, null, "timeout"));
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }
  }

  @Test
  void oneThatAcceptsAndReadsNothingIsCutOffWhileSending() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      assertThat(calls.call("http://127.0.0.1:" + silent.getLocalPort() + "/", TIMEOUT_MS, 0))
          .isEqualTo(new Unknown(1, null, "timeout"));
    }
  }

  private static void drip(Socket socket, String start) throws IOException {
    RawTool.send(socket, start);
    while (true) {
      RawTool.send(socket, "x");
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }

  private void assertEndsInTime(RawTool tool, Outcome expected) {
    long start = System.nanoTime();

    assertThat(calls.call(tool.url(), TIMEOUT_MS, 0)).isEqualTo(expected);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isGreaterThanOrEqualTo(Duration.ofMillis(TIMEOUT_MS))
        .isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void tenGigabytesAreNotReadAndTheEffectCounts() throws InterruptedException {
    AtomicLong written = new AtomicLong();
    Thread[] writer = new Thread[1];
    try (RawTool tool =
        RawTool.answering((_, socket) -> {
          writer[0] = Thread.currentThread();
          RawTool.send(socket, "HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\n");
          flood(socket, written);
        })) {
      assertThat(calls.call(tool.url(), 0)).isEqualTo(new Executed(1, 200, ToolAnswer.OMITTED));
      writer[0].join();
      // Our bound, and what lies in both sides' buffers of the connection.
      assertThat(written.get()).isLessThan(32L << 20);
    }
  }

  @Test
  void aFloodInChunksOrUntilTheEndIsNotReadEither() {
    String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
    try (RawTool chunked =
            RawTool.answering((_, socket) -> {
              RawTool.send(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
              while (true) {
                RawTool.send(socket, chunk);
              }
            });
        RawTool untilTheEnd =
            RawTool.answering((_, socket) -> {
              RawTool.send(socket, "HTTP/1.1 200 OK\r\n\r\n");
              flood(socket, new AtomicLong());
            })) {
      assertThat(calls.call(chunked.url(), 0)).isEqualTo(new Executed(1, 200, ToolAnswer.OMITTED));
      assertThat(calls.call(untilTheEnd.url(), 0))
          .isEqualTo(new Executed(1, 200, ToolAnswer.OMITTED));
    }
  }

  private static void flood(Socket socket, AtomicLong written) throws IOException {
    byte[] block = new byte[1 << 16];
    while (true) {
      socket.getOutputStream().write(block);
      written.addAndGet(block.length);
    }
  }

  @Test
  void anEndlessErrorIsNotRead() {
    try (RawTool tool =
        RawTool.answering((_, socket) -> {
          RawTool.send(socket, "HTTP/1.1 403 X\r\nContent-Length: 10737418240\r\n\r\n");
          flood(socket, new AtomicLong());
        })) {
      assertThat(calls.call(tool.url(), 0)).isEqualTo(new Failed(1, 403, "status 403"));
    }
  }

  @Test
  void aHeadWithoutEndIsGivenUp() {
    try (RawTool tool =
        RawTool.answering((_, socket) -> {
          RawTool.send(socket, "HTTP/1.1 200 OK\r\n");
          while (true) {
            RawTool.send(socket, "X-Filler: " + "x".repeat(1_000) + "\r\n");
          }
        })) {
      assertThat(calls.call(tool.url(), 0)).isEqualTo(new Unknown(1, null, "connection lost"));
    }
  }

  @Test
  void bodiesAreTakenUpToTheirBound() {
    String largest = "{\"a\":\"" + "x".repeat(ToolAnswer.BYTES_MAX - 8) + "\"}";
    try (RawTool tool =
        RawTool.answering((number, socket) ->
            RawTool.send(socket, RawTool.ok(number == 1 ? largest : largest + " ")))) {
      assertThat(calls.call(tool.url(), 0)).isEqualTo(new Executed(1, 200, largest));
      assertThat(calls.call(tool.url(), 0)).isEqualTo(new Executed(1, 200, ToolAnswer.OMITTED));
    }
  }

  @Test
  void aCompressedAnswerIsNeverUnpacked() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(new byte[64 << 20]);
    }
    try (RawTool tool =
        RawTool.answering((_, socket) -> {
          RawTool.send(
              socket,
              "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: "
                  + packed.size()
                  + "\r\n\r\n");
          packed.writeTo(socket.getOutputStream());
        })) {
      assertThat(calls.call(tool.url(), 0)).isEqualTo(new Executed(1, 200, ToolAnswer.OMITTED));
      assertThat(tool.requests().getFirst().header("Accept-Encoding")).isEqualTo("identity");
    }
  }

  @Test
  void htmlIsKeptAsText() {
    try (RawTool tool = RawTool.answeringAlways(RawTool.ok("<script>alert(1)</script>"))) {
      assertThat(calls.call(tool.url(), 0))
          .isEqualTo(new Executed(1, 200, "{\"text\":\"<script>alert(1)</script>\"}"));
    }
  }

  @Test
  void oneThatHangsUpBeforeItReadsMayHaveActedOnlyIfSomethingWasSent() {
    try (RawTool tool = RawTool.serving((_, socket) -> socket.close())) {
      Outcome outcome = calls.call(tool.url(), 0);

      // Which of the two is a race between its close and our first byte; both are true.
      assertThat(outcome)
          .isIn(
              new Unknown(1, null, "connection lost"),
              new Failed(1, null, "closed before the request was sent"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 2",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"a\":",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nrubbish",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nrubbish",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello_more_than_said",
        "SSH-2.0-OpenSSH_9.9\r\n",
        "\u0000\u0001\u0002 rubbish\r\n\r\n",
        "HTTP/1.1 abc OK\r\n\r\n",
        "HTTP/9.9 200 OK\r\n\r\n{}"
      })
  void halfAnAnswerOrRubbishIsUnknownAndTriedAgain(String answer) {
    try (RawTool tool =
        RawTool.answering((_, socket) -> {
          RawTool.send(socket, answer);
          socket.close();
        })) {
      assertThat(calls.call(tool.url(), 1)).isEqualTo(new Unknown(2, null, "connection lost"));
      assertThat(tool.requests()).hasSize(2);
    }
  }

  @Test
  void oneThatSpeaksFirstIsSentNothing() {
    try (RawTool tool =
        RawTool.serving((it, socket) -> {
          RawTool.send(socket, "220 mail.example.org ESMTP\r\n");
          it.read(socket);
        })) {
      Outcome outcome = calls.call(tool.url(), 2_000, 0);

      // Its greeting may arrive after our look; then it is an answer that is no HTTP.
      assertThat(outcome)
          .isIn(
              new Failed(1, null, "closed before the request was sent"),
              new Unknown(1, null, "connection lost"));
    }
  }

  @Test
  void aToolThatDropsItsFirstAnswersIsAskedAgainWithTheSameKeyAndAFreshSignature() {
    try (RawTool tool =
        RawTool.answering((number, socket) -> {
          switch (number) {
            case 1 -> socket.close();
            case 2 -> RawTool.send(socket, RawTool.answer(500, ""));
            default -> RawTool.send(socket, RawTool.ok("{\"done\":true}"));
          }
        })) {
      assertThat(calls.call(tool.url(), 3)).isEqualTo(new Executed(3, 200, "{\"done\":true}"));

      List<RawTool.Received> requests = tool.requests();
      List<String> times = new ArrayList<>();
      for (RawTool.Received request : requests) {
        times.add(request.header("X-OnceOnly-Timestamp"));
        assertThat(request.header("Idempotency-Key")).isEqualTo(Calls.KEY);
        assertThat(request.body()).isEqualTo(requests.getFirst().body());
      }
      assertThat(times).hasSize(3).doesNotHaveDuplicates();
      assertThat(requests.stream().map(r -> r.header("X-OnceOnly-Signature-V2")))
          .doesNotHaveDuplicates();
    }
  }
}
