package dev.onceonly.sdk.bench;

import dev.onceonly.sdk.OnceOnly;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// Compares one check-lock of the SDK with the bare HTTP call that it stands for, in this process
/// and against one server: the latency of one caller, the two taking turns, and the calls per
/// second of 64 callers, the two taking turns by rounds. Needs ONCEONLY_URL and ONCEONLY_API_KEY.
public final class LatencyBench {
  private static final int CALLERS = 64;
  private static final int ROUNDS = 3;

  private static final Duration TTL = Duration.ofMinutes(1);

  private final String run = UUID.randomUUID().toString().substring(0, 8);
  private final String url = Objects.requireNonNull(System.getenv("ONCEONLY_URL"), "ONCEONLY_URL");
  private final String apiKey =
      Objects.requireNonNull(System.getenv("ONCEONLY_API_KEY"), "ONCEONLY_API_KEY");
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final OnceOnly client =
      OnceOnly.builder().apiKey(apiKey).baseUrl(url).failOpen(false).build();

  private LatencyBench() {}

  /// Prints the table.
  ///
  /// @param arguments how many calls of each kind, 5,000 unless given, and how many seconds each
  ///   round of the 64 callers lasts, 5 unless given
  public static void main(String[] arguments) throws Exception {
    int calls = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5_000;
    int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
    new LatencyBench().measure(calls, seconds);
  }

  private void measure(int calls, int seconds) throws Exception {
    latencies(Math.max(500, calls / 3), "warm");
    long[][] nanos = latencies(calls, "lat");
    double bareP50 = percentile(nanos[0], 50);
    double sdkP50 = percentile(nanos[1], 50);
    say(
        String.format(
            Locale.ROOT,
            "%-34s %10s %10s %8s",
            "check-lock, one caller (" + calls + ")",
            "bare",
            "SDK",
            "ratio"));
    row("p50, microseconds", bareP50 / 1e3, sdkP50 / 1e3);
    row("p99, microseconds", percentile(nanos[0], 99) / 1e3, percentile(nanos[1], 99) / 1e3);
    double bare = 0;
    double sdk = 0;
    for (int round = 0; round < ROUNDS; round++) {
      bare = Math.max(bare, perSecond(seconds, "bare" + round, this::bareCall));
      sdk = Math.max(sdk, perSecond(seconds, "sdk" + round, this::sdkCall));
    }
    row(CALLERS + " callers, calls per second", bare, sdk);
    say(String.format(Locale.ROOT, "added p50: %.1f %%", (sdkP50 / bareP50 - 1) * 100));
  }

  private long[][] latencies(int calls, String name) throws Exception {
    long[][] nanos = new long[2][calls];
    for (int i = 0; i < calls; i++) {
      String key = run + "-" + name + "-" + i;
      // Who is first would gain or lose by it each time.
      boolean bareFirst = i % 2 == 0;
      for (int turn = 0; turn < 2; turn++) {
        boolean isBare = (turn == 0) == bareFirst;
        long start = System.nanoTime();
        if (isBare) {
          bareCall("b" + key);
        } else {
          sdkCall("s" + key);
        }
        nanos[isBare ? 0 : 1][i] = System.nanoTime() - start;
      }
    }
    return nanos;
  }

  private void bareCall(String key) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/v1/check-lock"))
            .header("Authorization", "Bearer " + apiKey)
            .header("Accept", "application/json")
            .header("Content-Type", "application/json")
            .header("X-OnceOnly-Attempt-Id", UUID.randomUUID().toString())
            .POST(BodyPublishers.ofString("{\"key\":\"" + key + "\",\"ttl\":60}"))
            .build();
    int status = http.send(request, BodyHandlers.ofString()).statusCode();
    if (status != 200) {
      throw new IllegalStateException("the server answered " + status);
    }
  }

  private void sdkCall(String key) {
    if (!client.checkLock(key, o -> o.ttl(TTL)).locked()) {
      throw new IllegalStateException(key + " was not locked");
    }
  }

  /// One call.
  private interface Caller {
    void call(String key) throws Exception;
  }

  private double perSecond(int seconds, String name, Caller caller) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
    long start = System.nanoTime();
    long end = start + TimeUnit.SECONDS.toNanos(seconds);
    List<Callable<Integer>> loops = new ArrayList<>();
    for (int thread = 0; thread < CALLERS; thread++) {
      String prefix = run + "-" + name + "-" + thread + "-";
      loops.add(() -> {
        int done = 0;
        while (System.nanoTime() < end) {
          caller.call(prefix + done++);
        }
        return done;
      });
    }
    int total = 0;
    for (Future<Integer> loop : threads.invokeAll(loops)) {
      total += loop.get();
    }
    threads.shutdown();
    return total / ((System.nanoTime() - start) / 1e9);
  }

  private static double percentile(long[] nanos, int percent) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)];
  }

  private static void row(String name, double bare, double sdk) {
    say(String.format(Locale.ROOT, "%-34s %10.0f %10.0f %8.2f", name, bare, sdk, sdk / bare));
  }

  private static void say(String line) {
    System.out.println(line);
  }
}
