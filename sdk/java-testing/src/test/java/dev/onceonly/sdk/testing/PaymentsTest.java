package dev.onceonly.sdk.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.sdk.AiResult;
import dev.onceonly.sdk.AiRun;
import dev.onceonly.sdk.CheckLockResult;
import dev.onceonly.sdk.OnceOnly;
import dev.onceonly.sdk.error.ApiException;
import dev.onceonly.sdk.error.NetworkException;
import dev.onceonly.sdk.transport.TransportRequest;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// An application's test of its payments.
@ExtendWith(OnceOnlyExtension.class)
@Timeout(60)
final class PaymentsTest {
  private final AtomicInteger charged = new AtomicInteger();

  @BeforeEach
  void startsWithNothing(FakeOnceOnly fake) {
    assertThat(fake.requests()).isEmpty();
  }

  private void pay(OnceOnly onceOnly, String invoice) {
    CheckLockResult lock =
        onceOnly.checkLock("pay:" + invoice, o -> o.ttl(Duration.ofHours(1)).failOpen(false));
    if (lock.shouldProceed()) {
      charged.incrementAndGet();
    }
  }

  @Test
  void aPaymentIsMadeOnceUntilItsTtlHasPassed(OnceOnly onceOnly, FakeOnceOnly fake) {
    pay(onceOnly, "7");
    fake.advance(Duration.ofMinutes(59));
    pay(onceOnly, "7");
    assertThat(charged).hasValue(1);
    fake.advance(Duration.ofMinutes(1));
    pay(onceOnly, "7");
    assertThat(charged).hasValue(2);
    assertThat(fake.requests("/v1/check-lock")).hasSize(3);
    assertThat(fake.requests().get(0).text("key")).isEqualTo("pay:7");
  }

  @Test
  void nothingIsPaidWhileTheServerIsAway(OnceOnly onceOnly, FakeOnceOnly fake) {
    fake.leave();
    assertThatThrownBy(() -> pay(onceOnly, "8"))
        .isInstanceOf(NetworkException.class)
        .hasMessageContaining("http://fake.onceonly.test:80");
    assertThat(charged).hasValue(0);
    fake.comeBack();
    pay(onceOnly, "8");
    assertThat(charged).hasValue(1);
  }

  @Test
  void aReleasedLockCanBeHadAgain(OnceOnly onceOnly) {
    CheckLockResult lock = onceOnly.checkLock("free");
    assertThat(lock.lockId()).isNotNull();
    var unused = onceOnly.releaseLock("free", Objects.requireNonNull(lock.lockId()));
    assertThat(onceOnly.checkLock("free").locked()).isTrue();
  }

  @Test
  void aFunctionRunsOnceAndEveryCallerGetsItsResult(OnceOnly onceOnly) {
    for (int i = 0; i < 3; i++) {
      AiResult result =
          onceOnly.ai().runFn("report:5", () -> Map.of("n", charged.incrementAndGet()));
      assertThat(result.result()).isEqualTo(Map.of("n", 1));
    }
  }

  @Test
  void whoWaitsForADeadOwnerTakesOver(OnceOnly onceOnly, FakeOnceOnly fake) {
    AiRun dead = onceOnly.ai().lease("job", o -> o.ttl(Duration.ofMinutes(5)));
    assertThat(dead.status()).isEqualTo("acquired");
    CompletableFuture<AiResult> waiter = onceOnly.async().ai().runFn("job", () -> "mine");
    while (fake.requests("/v1/ai/status").isEmpty()) {
      Thread.onSpinWait();
    }
    fake.advance(Duration.ofMinutes(5));
    assertThat(waiter.join().result()).isEqualTo(Map.of("data", "mine"));
  }

  @Test
  void aWaitEndsAsSoonAsTheOwnerIsDone(OnceOnly onceOnly, FakeOnceOnly fake) {
    AiRun run = onceOnly.ai().lease("job");
    CompletableFuture<AiResult> waiter = onceOnly.async().ai().awaitResult("job");
    while (fake.requests("/v1/ai/status").isEmpty()) {
      Thread.onSpinWait();
    }
    var unused =
        onceOnly.ai().complete("job", Objects.requireNonNull(run.leaseId()), Map.of("a", 1));
    assertThat(waiter.join().result()).isEqualTo(Map.of("a", 1));
  }

  @Test
  void aGovernedCallAnswersWhatTheTestSays(OnceOnly onceOnly, FakeOnceOnly fake) {
    fake.answerTool("mail", Map.of("id", "m1")).blockTool("wire", "tool_explicitly_blocked");
    assertThat(onceOnly.ai().runTool("bot", "mail").result()).isEqualTo(Map.of("id", "m1"));
    assertThat(onceOnly.ai().runTool("bot", "wire").allowed()).isFalse();
    assertThatThrownBy(() -> onceOnly.ai().runTool("bot", "unknown"))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.code()).isEqualTo("tool_not_found"));
  }

  @Test
  void anAttemptIdIsAnsweredAgainForAMinuteAndOtherCallersAreDuplicates(FakeOnceOnly fake) {
    assertThat(lock(fake, "attempt-1")).contains("\"locked\"", "\"replayed\":false");
    assertThat(lock(fake, "attempt-1")).contains("\"locked\"", "\"replayed\":true");
    assertThat(lock(fake, "attempt-2")).contains("\"duplicate\"");
    fake.advance(Duration.ofSeconds(60));
    assertThat(lock(fake, "attempt-1")).contains("\"duplicate\"");
  }

  private static String lock(FakeOnceOnly fake, String attemptId) {
    TransportRequest request =
        new TransportRequest(
            "POST",
            URI.create("http://fake.onceonly.test/v1/check-lock"),
            Map.of("X-OnceOnly-Attempt-Id", attemptId),
            "{\"key\":\"k\",\"ttl\":600}",
            Duration.ofSeconds(5));
    return fake.send(request).join().body();
  }
}
