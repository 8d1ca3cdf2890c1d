package dev.onceonly.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `?wait=` on status and result.
class WaitTest {
  private static final String STATUS = "/v1/ai/status";
  private static final String RESULT = "/v1/ai/result";
  private static final Duration PROMISED = Duration.ofMillis(200);
  private static final Executor THREADS = task -> Thread.ofVirtual().start(task);

  @RegisterExtension
  static final LiveServer SERVER = LiveServer.with(Map.of("waiters_max_per_namespace", "2"));

  private final Client admin = SERVER.admin();
  private final Waiting waiting = new Waiting(SERVER);

  @Test
  void aWaiterIsAnsweredAsSoonAsTheWorkIsDone() {
    Duration best = Duration.ofDays(1);
    // The best of some: a busy machine delays one, a server that looks now and then delays all.
    for (int i = 0; i < 5 && best.compareTo(PROMISED) > 0; i++) {
      String key = "done-" + i;
      Answer owner = admin.post("/v1/ai/lease", "key", key);
      CompletableFuture<Answer> waiter = start(() -> admin.get(RESULT, "key", key, "wait", "30"));
      waiting.await(1);

      admin.post("/v1/ai/complete", LeaseFields.of(key, owner, "result", Map.of("n", 1)));

      long done = System.nanoTime();
      Answer answer = waiter.join();
      Duration late = Duration.ofNanos(System.nanoTime() - done);
      best = late.compareTo(best) < 0 ? late : best;
      assertThat(answer.text("/status")).isEqualTo("completed");
      assertThat(answer.number("/result/n")).isEqualTo(1);
    }
    assertThat(best).isLessThan(PROMISED);
  }

  @Test
  void aWaiterIsToldOfACancellation() {
    Answer owner = admin.post("/v1/ai/lease", "key", "canceled");
    CompletableFuture<Answer> waiter =
        start(() -> admin.get(STATUS, "key", "canceled", "wait", "30"));
    waiting.await(1);

    admin.post("/v1/ai/cancel", LeaseFields.of("canceled", owner, "reason", "enough"));

    assertThat(waiter.join().text("/error_code")).isEqualTo("canceled:enough");
  }

  @Test
  void anExtendDoesNotEndTheWait() {
    Answer owner = admin.post("/v1/ai/lease", "key", "extended");
    CompletableFuture<Answer> waiter =
        start(() -> admin.get(STATUS, "key", "extended", "wait", "30"));
    waiting.await(1);

    admin.post("/v1/ai/extend", LeaseFields.of("extended", owner));
    admin.post("/v1/ai/complete", LeaseFields.of("extended", owner));

    Answer answer = waiter.join();
    assertThat(answer.text("/status")).isEqualTo("completed");
    assertThat(answer.number("/version")).isEqualTo(3);
  }

  @Test
  void aWaitEndsWithTheKeyStillInProgress() {
    admin.post("/v1/ai/lease", "key", "slow");
    long start = System.nanoTime();

    Answer answer = admin.get(STATUS, "key", "slow", "wait", "0.35");

    Duration waited = Duration.ofNanos(System.nanoTime() - start);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text("/status")).isEqualTo("in_progress");
    assertThat(waited).isBetween(Duration.ofMillis(350), Duration.ofSeconds(2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0.0", "-0", "0.000000001", ".5", "30", "60", "61", "1000000000"})
  void whatIsNotInProgressIsAnsweredAtOnceHoweverLongTheWait(String wait) {
    Answer owner = admin.post("/v1/ai/lease", "key", "over-" + wait);
    admin.post("/v1/ai/complete", LeaseFields.of("over-" + wait, owner));
    long start = System.nanoTime();

    assertThat(admin.get(STATUS, "key", "over-" + wait, "wait", wait).text("/status"))
        .isEqualTo("completed");
    assertThat(admin.get(RESULT, "key", "unseen", "wait", wait).text("/status"))
        .isEqualTo("not_found");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "NaN",
        "Infinity",
        "-Infinity",
        "ten",
        "1,5",
        "0x10",
        "1s",
        "1e",
        "1e1000",
        "٣"
      })
  void aWaitHasToBeANumber(String wait) {
    Answer refused = admin.get(STATUS, "key", "a", "wait", wait);

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.mistakes())
        .containsExactly("float_parsing at query.wait: Input should be a valid number");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "-0.001"})
  void aWaitIsNotNegative(String wait) {
    Answer refused = admin.get(RESULT, "key", "a", "wait", wait);

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.mistakes())
        .containsExactly(
            "greater_than_equal at query.wait: Input should be greater than or equal to 0");
  }

  @Test
  void aNamespaceHasSoManyWaitersAndTheOthersHaveTheirs() {
    Client crowded = SERVER.namespace("crowded", "agency");
    Client other = SERVER.namespace("other", "agency");
    Answer owner = crowded.post("/v1/ai/lease", "key", "a");
    Answer ofOther = other.post("/v1/ai/lease", "key", "a");
    List<CompletableFuture<Answer>> waiters =
        List.of(
            start(() -> crowded.get(STATUS, "key", "a", "wait", "30")),
            start(() -> crowded.get(STATUS, "key", "a", "wait", "30")));
    waiting.await(2);

    Answer refused = crowded.get(STATUS, "key", "a", "wait", "30");
    Answer notWaiting = crowded.get(STATUS, "key", "a");
    CompletableFuture<Answer> otherWaiter =
        start(() -> other.get(STATUS, "key", "a", "wait", "30"));
    waiting.await(3);
    crowded.post("/v1/ai/complete", LeaseFields.of("a", owner));
    other.post("/v1/ai/complete", LeaseFields.of("a", ofOther));

    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.body()).isEqualTo("{\"detail\":{\"error\":\"overloaded\"}}");
    assertThat(refused.header("Retry-After")).isEqualTo("1");
    assertThat(notWaiting.text("/status")).isEqualTo("in_progress");
    assertThat(waiters).allMatch(waiter -> waiter.join().text("/status").equals("completed"));
    assertThat(otherWaiter.join().text("/status")).isEqualTo("completed");
  }

  @Test
  void aServerThatStopsAnswersItsWaiters() {
    LiveServer stopping = LiveServer.withDefaults().start();
    CompletableFuture<Answer> waiter;
    try (stopping) {
      Client client = stopping.admin();
      client.post("/v1/ai/lease", "key", "a");
      waiter = start(() -> client.get(STATUS, "key", "a", "wait", "60"));
      new Waiting(stopping).await(1);
    }

    assertThat(waiter.join().text("/status")).isEqualTo("in_progress");
  }

  private static CompletableFuture<Answer> start(Supplier<Answer> call) {
    return CompletableFuture.supplyAsync(call, THREADS);
  }
}
