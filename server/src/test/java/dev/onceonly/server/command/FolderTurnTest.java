package dev.onceonly.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.server.admin.AdminSocket;
import dev.onceonly.server.admin.AdminWire;
import dev.onceonly.server.api.LiveServer;
import dev.onceonly.store.sqlite.DataFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/// Who finds the data folder held by a start or a command waits for it.
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class FolderTurnTest {
  private static final Executor SOON =
      CompletableFuture.delayedExecutor(500, TimeUnit.MILLISECONDS);
  private static final Duration AT_ONCE = Duration.ofSeconds(5);

  @TempDir private Path dir = Path.of("");
  private final List<AutoCloseable> open = new ArrayList<>();
  private Path data = Path.of("");

  @BeforeEach
  void make() {
    data = dir.resolve("data");
    Console.makeStore(data);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  @Test
  void aCommandWaitsUntilAServerThatStartsHasItsSocket() {
    open.add(DataFolder.hold(data));
    CompletableFuture<Void> opened =
        CompletableFuture.runAsync(
            () ->
                open.add(
                    new AdminSocket(
                        data, request -> new AdminWire.Answer(0, "by the server\n", ""))),
            SOON);

    assertThat(Console.done(data, "keys", "list")).isEqualTo("by the server\n");
    opened.join();
  }

  @Test
  void aCommandWaitsUntilAnotherLetsTheFolderGo() {
    CompletableFuture<Void> released =
        CompletableFuture.runAsync(DataFolder.hold(data)::close, SOON);

    assertThat(Console.done(data, "verify")).contains("the store is consistent");
    released.join();
  }

  @Test
  void aRestoreWaitsUntilACommandLetsTheFolderGo() {
    Path backup = dir.resolve("backup.db");
    Console.done(data, "backup", backup.toString());
    CompletableFuture<Void> released =
        CompletableFuture.runAsync(DataFolder.hold(data)::close, SOON);

    assertThat(Console.done(data, "restore", "--replace", backup.toString())).contains("restored");
    released.join();
  }

  @Test
  void whoWaitsTooLongIsToldThatAnotherProcessHoldsIt() {
    open.add(DataFolder.hold(data));

    Console.Ran ran = Console.on(data, "keys", "list");

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err())
        .isEqualTo(
            "onceonly: the data folder "
                + data
                + " is held by another process, a server that starts or stops or a command;"
                + " waited 10 s for it\n");
  }

  @Test
  void aServerThatEndsInTheMiddleOfACommandIsNotAskedAgain() {
    open.add(DataFolder.hold(data));
    open.add(
        new AdminSocket(
            data,
            request -> {
              throw new IllegalStateException("planted");
            }));

    Console.Ran ran = Console.on(data, "keys", "create");

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err()).contains("whether the command was carried out is not known");
  }

  @Test
  void besideAServerThatAnswersAStartAndARestoreAreRefusedAtOnce() {
    LiveServer server = LiveServer.withDefaults().start();
    open.add(server);
    Path backup = dir.resolve("backup.db");
    Console.done(data, "backup", backup.toString());
    long began = System.nanoTime();

    for (String[] words :
        List.of(
            new String[] {"serve", "--port", "0"},
            new String[] {"restore", "--replace", backup.toString()})) {
      Console.Ran ran = Console.on(server.data(), words);

      assertThat(ran.exitCode()).isEqualTo(1);
      assertThat(ran.err()).contains("is in use by a running server; stop it first");
    }
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(AT_ONCE);
  }
}
