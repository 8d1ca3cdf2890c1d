package dev.onceonly.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Looks at a server's process every 10 s, or twenty times where that would be more, on a thread of
/// its own, until it is closed.
final class HoldingsSampler implements AutoCloseable {
  private static final Duration EVERY_MAX = Duration.ofSeconds(10);
  private static final int SAMPLES_MIN = 20;
  private static final Duration ANSWER_MAX = Duration.ofSeconds(30);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Subject subject;
  private final Path data;
  private final Consumer<Sample> samples;
  private final long everyMs;
  private final long beganNs = System.nanoTime();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread = Thread.ofPlatform().name("sampler").unstarted(this::run);
  private volatile @Nullable Exception failed;

  /// One look.
  ///
  /// @param heapBytes on the server's heap after its last collection; 0 where it does not tell
  /// @param databaseBytes all files in the data folder
  record Sample(
      double seconds,
      long residentBytes,
      long heapBytes,
      long descriptors,
      long threads,
      long databaseBytes) {}

  private HoldingsSampler(Subject subject, Path data, Duration length, Consumer<Sample> samples) {
    this.subject = subject;
    this.data = data;
    this.samples = samples;
    this.everyMs = Math.min(EVERY_MAX.toMillis(), length.toMillis() / SAMPLES_MIN);
  }

  /// Begins; every sample is given to `samples`, on the sampler's thread.
  static HoldingsSampler start(
      Subject subject, Path data, Duration length, Consumer<Sample> samples) {
    HoldingsSampler sampler = new HoldingsSampler(subject, data, length, samples);
    sampler.thread.start();
    return sampler;
  }

  private void run() {
    try {
      do {
        samples.accept(look());
      } while (!closed.await(everyMs, TimeUnit.MILLISECONDS));
    } catch (IOException | InterruptedException e) {
      failed = e;
    }
  }

  private Sample look() throws IOException, InterruptedException {
    ProcessStats process = subject.process();
    return new Sample(
        (System.nanoTime() - beganNs) / 1e9,
        process.residentBytes(),
        heapBytes(),
        process.descriptors(),
        process.threads(),
        databaseBytes());
  }

  private long heapBytes() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + subject.endpoint() + "/metrics"))
            .timeout(ANSWER_MAX)
            .build();
    HttpResponse<Stream<String>> answer = http.send(request, BodyHandlers.ofLines());
    try (Stream<String> lines = answer.body()) {
      List<String> told =
          lines.filter(line -> line.startsWith(ForgetfulServer.HEAP_METRIC + " ")).toList();
      return told.isEmpty() ? 0 : (long) Double.parseDouble(told.getFirst().split(" ", 2)[1]);
    }
  }

  private long databaseBytes() throws IOException {
    long bytes = 0;
    List<Path> files;
    try (Stream<Path> walk = Files.walk(data)) {
      files = walk.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      try {
        bytes += Files.size(file);
      } catch (NoSuchFileException gone) {
        // Between the walk and the look: it takes no space.
        bytes += 0;
      }
    }
    return bytes;
  }

  /// Ends it.
  ///
  /// @throws IllegalStateException if it could not look at everything
  @Override
  public void close() {
    closed.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    http.close();
    if (failed != null) {
      throw new IllegalStateException("the server could not be looked at", failed);
    }
  }
}
