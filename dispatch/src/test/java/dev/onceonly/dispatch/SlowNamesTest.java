package dev.onceonly.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.service.ToolDispatcher.Outcome;
import dev.onceonly.core.service.ToolDispatcher.Outcome.Executed;
import dev.onceonly.core.service.ToolDispatcher.Outcome.Failed;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Names of one namespace that nobody answers for, and what the others feel of it.
final class SlowNamesTest {
  private static final long SLOW = 8;
  private static final long OTHER = 9;
  private static final int LONG_MS = 60_000;

  @TempDir private Path folder;
  private final CountDownLatch never = new CountDownLatch(1);
  private final Semaphore hanging = new Semaphore(0);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private Calls calls;

  @BeforeEach
  void open() {
    calls = new Calls(folder).resolver(this::resolve);
  }

  @AfterEach
  void close() {
    never.countDown();
    threads.close();
    calls.close();
  }

  /// Hosts that begin with `slow` have no answer until the test ends, and can't be interrupted,
  /// like the system's own.
  private List<InetAddress> resolve(String host) {
    if (host.startsWith("slow")) {
      hanging.release();
      awaitUninterruptibly();
    }
    return List.of(InetAddress.ofLiteral("127.0.0.1"));
  }

  private void awaitUninterruptibly() {
    boolean interrupted = false;
    while (true) {
      try {
        never.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private List<Future<Outcome>> callSlowNames(long namespaceId, int count) {
    List<Future<Outcome>> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String url = "http://slow-" + i + ".example.org/";
      all.add(threads.submit(() -> calls.callOf(namespaceId, url, LONG_MS)));
    }
    return all;
  }

  private void awaitHanging(int count) throws InterruptedException {
    assertThat(hanging.tryAcquire(count, 30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void slowNamesOfOneNamespaceDelayNoOtherNamespace() throws Exception {
    try (RawTool tool = RawTool.answeringAlways(RawTool.ok("{}"))) {
      callSlowNames(SLOW, 100);
      awaitHanging(4);

      assertThat(calls.callOf(OTHER, "http://quick.example.org:" + tool.port() + "/", 20_000))
          .isEqualTo(new Executed(1, 200, "{}"));
    }
  }

  @Test
  void namesBehindSlowOnesOfTheirOwnNamespaceFailForCertainWhenTheirTimeIsUp() throws Exception {
    callSlowNames(SLOW, Lookups.NAMESPACE_THREADS_MAX);
    awaitHanging(Lookups.NAMESPACE_THREADS_MAX);

    assertThat(calls.callOf(SLOW, "http://quick.example.org/", 300))
        .isEqualTo(new Failed(1, null, "no host look-up of the namespace ended in time"));
  }

  @Test
  void oneSlowNameLessLetsAQuickOneThrough() throws Exception {
    try (RawTool tool = RawTool.answeringAlways(RawTool.ok("{}"))) {
      callSlowNames(SLOW, Lookups.NAMESPACE_THREADS_MAX - 1);
      awaitHanging(Lookups.NAMESPACE_THREADS_MAX - 1);

      assertThat(calls.callOf(SLOW, "http://quick.example.org:" + tool.port() + "/", 20_000))
          .isEqualTo(new Executed(1, 200, "{}"));
    }
  }

  @Test
  void aNameThatCameInTimeGoesWhenASlowOneOfItsNamespaceIsOver() throws Exception {
    try (RawTool tool = RawTool.answeringAlways(RawTool.ok("{}"))) {
      callSlowNames(SLOW, Lookups.NAMESPACE_THREADS_MAX);
      awaitHanging(Lookups.NAMESPACE_THREADS_MAX);
      String url = "http://quick.example.org:" + tool.port() + "/";
      Future<Outcome> behind = threads.submit(() -> calls.callOf(SLOW, url, LONG_MS));

      never.countDown();

      assertThat(behind.get(30, TimeUnit.SECONDS)).isEqualTo(new Executed(1, 200, "{}"));
    }
  }

  @Test
  void whenAllThreadsAreTakenTheNextOneGoesToTheNamespaceWithTheFewest() throws Exception {
    int full = Lookups.THREADS_MAX / Lookups.NAMESPACE_THREADS_MAX;
    List<Future<Outcome>> taken = new ArrayList<>();
    for (int namespace = 0; namespace < full; namespace++) {
      taken.addAll(callSlowNames(1000L + namespace, Lookups.NAMESPACE_THREADS_MAX));
    }
    awaitHanging(Lookups.THREADS_MAX);
    assertThat(taken).hasSize(Lookups.THREADS_MAX);

    assertThat(calls.callOf(OTHER, "http://quick.example.org/", 300))
        .isEqualTo(new Failed(1, null, "no host look-up of the namespace ended in time"));

    try (RawTool tool = RawTool.answeringAlways(RawTool.ok("{}"))) {
      String url = "http://quick.example.org:" + tool.port() + "/";
      Future<Outcome> behind = threads.submit(() -> calls.callOf(OTHER, url, LONG_MS));
      never.countDown();
      assertThat(behind.get(30, TimeUnit.SECONDS)).isEqualTo(new Executed(1, 200, "{}"));
    }
  }
}
