package dev.onceonly.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.service.ToolDispatcher.Outcome.Executed;
import dev.onceonly.core.service.ToolDispatcher.Outcome.Unknown;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Connections that are kept and used again, and what happens when they have died meanwhile.
final class KeepAliveTest {
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
  void aConnectionIsUsedAgain() {
    try (RawTool tool = RawTool.answeringAlways(RawTool.ok("{}"))) {
      for (int i = 0; i < 5; i++) {
        assertThat(calls.call(tool.url(), 0)).isInstanceOf(Executed.class);
      }
      assertThat(tool.connections()).isEqualTo(1);
    }
  }

  @Test
  void aConnectionOfAnAnswerThatWasNotReadIsNotUsedAgain() {
    try (RawTool tool =
        RawTool.answering((number, socket) ->
            RawTool.send(
                socket,
                number == 1
                    ? RawTool.answer(404, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
                    : RawTool.ok("{\"n\":2}")))) {
      calls.call(tool.url(), 0);

      assertThat(calls.call(tool.url(), 0)).isEqualTo(new Executed(1, 200, "{\"n\":2}"));
      assertThat(tool.connections()).isEqualTo(2);
    }
  }

  @Test
  void aKeptConnectionThatWasClosedIsReplacedWithinTheSameAttempt() throws InterruptedException {
    BlockingQueue<Socket> kept = new LinkedBlockingQueue<>();
    try (RawTool tool =
        RawTool.answering((_, socket) -> {
          RawTool.send(socket, RawTool.ok("{}"));
          kept.add(socket);
        })) {
      for (int round = 1; round <= 20; round++) {
        Calls.Counting attempts = new Calls.Counting();
        assertThat(calls.dispatcher().dispatch(calls.order(tool.url(), 10_000, 0), attempts))
            .isEqualTo(new Executed(1, 200, "{}"));
        assertThat(attempts.begun()).containsExactly(1);
        // The close has reached the other side of a loopback when it returns.
        RawTool.closeQuietly(kept.take());
        assertThat(tool.connections()).isEqualTo(round);
      }
    }
  }

  @Test
  void severalDeadConnectionsDoNotEatTheAttempt() throws Exception {
    BlockingQueue<Socket> kept = new LinkedBlockingQueue<>();
    CountDownLatch allAsked = new CountDownLatch(8);
    try (RawTool tool =
            RawTool.answering((_, socket) -> {
              kept.add(socket);
              allAsked.countDown();
              await(allAsked);
              RawTool.send(socket, RawTool.ok("{}"));
            });
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        all.add(threads.submit(() -> calls.call(tool.url(), 0)));
      }
      for (Future<?> one : all) {
        assertThat(one.get()).isInstanceOf(Executed.class);
      }
      kept.forEach(RawTool::closeQuietly);

      assertThat(calls.call(tool.url(), 0)).isEqualTo(new Executed(1, 200, "{}"));
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aKeptConnectionThatDiesAfterTheRequestWasReadMayHaveActed() {
    try (RawTool tool =
        RawTool.answering((number, socket) -> {
          if (number == 1) {
            RawTool.send(socket, RawTool.ok("{}"));
          } else {
            socket.close();
          }
        })) {
      assertThat(calls.call(tool.url(), 0)).isInstanceOf(Executed.class);
      assertThat(calls.call(tool.url(), 0)).isEqualTo(new Unknown(1, null, "connection lost"));
      assertThat(tool.connections()).isEqualTo(1);
    }
  }

  @Test
  void anUnaskedAnswerOnAKeptConnectionIsNotTakenForTheNextCalls() throws Exception {
    BlockingQueue<Socket> kept = new LinkedBlockingQueue<>();
    try (RawTool tool =
        RawTool.answering((number, socket) -> {
          RawTool.send(socket, RawTool.ok("{\"n\":" + number + "}"));
          kept.add(socket);
        })) {
      calls.call(tool.url(), 0);
      // On a loopback it has arrived when this returns.
      RawTool.send(kept.take(), RawTool.ok("{\"planted\":true}"));

      assertThat(calls.call(tool.url(), 0)).isEqualTo(new Executed(1, 200, "{\"n\":2}"));
      assertThat(tool.connections()).isEqualTo(2);
    }
  }
}
