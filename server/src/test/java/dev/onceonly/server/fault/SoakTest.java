package dev.onceonly.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.server.spec.AnswerShapes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// All of the API at once, over many connections, on a healthy server: not one answer is another
/// than those that were asked for, and no connection is closed.
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class SoakTest {
  private static final boolean FULL_LENGTH =
      "full".equals(System.getProperty("onceonly.test.length"));
  private static final Duration LENGTH = Duration.ofSeconds(FULL_LENGTH ? 60 : 5);
  private static final int CONNECTIONS = 256;

  /// So that a namespace's calls in flight are fewer than its share.
  private static final int NAMESPACES = 8;

  private final AtomicInteger closings = new AtomicInteger();

  /// The scenes of one connection.
  private interface Script {
    SoakScenes of(SoakCaller caller, int number);
  }

  /// What goes on beside the load, as long as it does.
  private interface Beside {
    void play(Path data, Load load) throws Exception;

    /// The load itself.
    interface Load {
      void play() throws InterruptedException;
    }
  }

  @Test
  void everyOperationAnswersWhatItIsAskedFor(@TempDir Path dir) throws Exception {
    SoakAnswers answers = soak(dir, SoakScenes::ofEverything, (_, load) -> load.play());
    assertThat(answers.operations())
        .as("every operation of the API description has its load")
        .isEqualTo(AnswerShapes.ofRepository().operations());
  }

  @Test
  void leasesThatAreReadWhileOthersAreWrittenAreAllAnswered(@TempDir Path dir) throws Exception {
    soak(dir, SoakScenes::ofLeases, (_, load) -> load.play());
  }

  /// A lock of the database that somebody else has for a moment is waited for.
  @Test
  void nobodyHearsOfALockThatAnotherHasForAMoment(@TempDir Path dir) throws Exception {
    soak(
        dir,
        SoakScenes::ofLeases,
        (data, load) -> {
          OtherWriter other = new OtherWriter(data);
          other.begin();
          load.play();
          assertThat(other.end()).as("moments").isGreaterThan(10);
        });
  }

  private SoakAnswers soak(Path dir, Script script, Beside beside) throws Exception {
    Path data = Files.createDirectory(dir.resolve("data"));
    AnswerShapes shapes = AnswerShapes.ofRepository();
    SoakAnswers answers = new SoakAnswers(shapes);
    Map<String, String> settings =
        Map.of("ONCEONLY_DEV", "true", "ONCEONLY_DEFAULT_PLAN", "unlimited");
    try (RecordingTool tool = new RecordingTool();
        ServerProcess server = ServerProcess.serve(data, settings)) {
      List<String> apiKeys = Namespaces.create(data, NAMESPACES);
      List<SoakCaller> callers = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        String apiKey = apiKeys.get(i % NAMESPACES);
        callers.add(new SoakCaller(server.port(), apiKey, shapes, answers));
      }
      try (WireClient wire = new WireClient(server.port())) {
        for (String apiKey : apiKeys) {
          tool.register(wire, apiKey, 0);
        }
      }
      beside.play(data, () -> play(callers, script));
      assertThat(tool.underTwoKeys()).isEmpty();
      assertThat(server.log()).noneMatch(line -> line.contains("\"level\":\"error\""));
    }
    System.out.printf("%,d answers in %s: %s%n", answers.total(), LENGTH, answers);
    assertThat(answers.faults()).isEmpty();
    assertThat(closings).as("connections that the server closed").hasValue(0);
    return answers;
  }

  private void play(List<SoakCaller> callers, Script script) throws InterruptedException {
    long endNanos = System.nanoTime() + LENGTH.toNanos();
    List<Thread> connections = new ArrayList<>();
    for (int i = 0; i < callers.size(); i++) {
      SoakCaller caller = callers.get(i);
      SoakScenes scenes = script.of(caller, i);
      connections.add(Thread.ofVirtual().start(() -> play(caller, scenes, endNanos)));
    }
    for (Thread connection : connections) {
      connection.join();
    }
  }

  /// Scene after scene; a connection that is lost, which is noted with its request, plays no more.
  private void play(SoakCaller caller, SoakScenes scenes, long endNanos) {
    try (caller) {
      while (System.nanoTime() - endNanos < 0) {
        scenes.next();
      }
      closings.addAndGet(caller.closings());
    } catch (IOException lost) {
      closings.incrementAndGet();
    }
  }
}
