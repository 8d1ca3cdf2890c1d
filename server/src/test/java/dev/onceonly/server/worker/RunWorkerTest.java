package dev.onceonly.server.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.core.lease.LeaseKey;
import dev.onceonly.core.service.GovernedCall;
import dev.onceonly.testkit.Await;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What the worker makes of the answers to a run's actions, and when it runs which run.
final class RunWorkerTest {
  @SuppressWarnings("NullAway.Init") // Set before each test.
  private RunStand stand;

  @BeforeEach
  void open(@TempDir Path data) {
    stand = new RunStand(data);
  }

  @AfterEach
  void close() {
    stand.close();
  }

  @Test
  void aRunsActionsAreCalledInOrderAndItsResultIsKept() {
    stand.start();
    long fence = stand.run("k", "mail.send", "repeated").grant().fence();

    assertThat(stand.ended("k")).isEqualTo("completed");
    assertThat(stand.calls.tools()).containsExactly("mail.send", "repeated");
    GovernedCall second = stand.calls.asked().get(1);
    assertThat(second.asker().actor()).isEqualTo("key_1");
    assertThat(second.asker().agentId()).isEqualTo("a");
    assertThat(second.action().spendNanoUsd()).isEqualTo(5);
    assertThat(second.options().runId()).isEqualTo("k");
    assertThat(second.options().step())
        .isEqualTo(
            new GovernedCall.RunStep(
                "k",
                2,
                RunStand.order("k", false, "mail.send", "repeated").actions().get(1).chainHash(),
                fence,
                stand.time.now().toEpochMilli()));
    assertThat(stand.result("k"))
        .isEqualTo(
            "{\"run_id\":\"k\",\"dry_run\":false,\"actions_total\":2,\"executed\":2,\"results\":["
                + "{\"step\":\"step_1\",\"tool\":\"mail.send\",\"decision\":\"executed\","
                + "\"policy_reason\":\"ok\",\"result\":{\"n\":1}},"
                + "{\"step\":\"step_2\",\"tool\":\"repeated\",\"decision\":\"dedup\","
                + "\"policy_reason\":\"tool_idempotency\",\"result\":{\"n\":1}}]}");
    assertThat(stand.events("k"))
        .containsExactly(
            "run_started in_progress",
            "agent_step start",
            "tool_call start",
            "tool_result ok",
            "agent_step start",
            "tool_call start",
            "tool_result dedup",
            "run_finished completed");
    assertThat(stand.task("k")).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "blocked, blocked, policy_blocked",
    "failing, error, tool_error",
    "uncertain, unknown, tool_error",
    "missing, error, tool_not_found",
    "broken, error, worker_error"
  })
  void aRunEndsAtTheFirstActionThatIsNotDone(String tool, String status, String errorCode) {
    stand.start();
    stand.run("k", "a", tool, "b");

    assertThat(stand.ended("k")).isEqualTo(errorCode);
    assertThat(stand.calls.tools()).containsExactly("a", tool);
    assertThat(stand.events("k")).endsWith("tool_result " + status, "run_finished failed");
    assertThat(stand.result("k")).isNull();
    assertThat(stand.store.dueMails(Long.MAX_VALUE, 10))
        .singleElement()
        .satisfies(mail ->
            assertThat(mail.row().text())
                .isEqualTo(
                    "Run k with key k failed at step_2 (tool " + tool + "): " + errorCode + "."));
  }

  @Test
  void aRunWithoutActionsIsCompletedAndOneWithUnreadableOnesFails() {
    stand.start();
    stand.run("none");
    stand.run(1, "unreadable", RunStand.unreadable("unreadable"), false);

    assertThat(stand.ended("none")).isEqualTo("completed");
    assertThat(stand.ended("unreadable")).isEqualTo("invalid_actions");
    assertThat(stand.calls.asked()).isEmpty();
    assertThat(stand.events("none"))
        .containsExactly("run_started in_progress", "run_finished completed");
  }

  @Test
  void aDryRunEndsWhereTheRealOneWould() {
    stand.start();
    stand.run(1, "good", RunStand.order("good", true, "a", "b"), false);
    stand.run(1, "bad", RunStand.order("bad", true, "a", "blocked", "b"), false);

    assertThat(stand.ended("good")).isEqualTo("completed");
    assertThat(stand.result("good")).contains("\"dry_run\":true", "\"executed\":0");
    assertThat(stand.events("good")).contains("tool_result ok");
    assertThat(stand.ended("bad")).isEqualTo("policy_blocked");
    assertThat(stand.calls.asked()).allMatch(call -> call.options().dryRun());
  }

  @Test
  void whatPassesIsWaitedFor() {
    stand.calls.refuse(3);
    stand.start();
    stand.run("k", "a");

    assertThat(stand.ended("k")).isEqualTo("completed");
    assertThat(stand.calls.tools()).containsExactly("a", "a", "a", "a");
  }

  @Test
  void resultsAreKeptUpToTheirBound() {
    stand.start();
    stand.run("k", "large", "large", "a");

    assertThat(stand.ended("k")).isEqualTo("completed");
    assertThat(stand.result("k"))
        .hasSizeBetween(600_000, 601_000)
        .contains(
            "\"step\":\"step_2\",\"tool\":\"large\",\"decision\":\"executed\","
                + "\"policy_reason\":\"ok\",\"result\":{\"omitted\":true}")
        .endsWith("\"result\":{\"n\":1}}]}");
  }

  @Test
  void aCanceledRunStartsNoFurtherActionAndARerunKeepsWhatWasDone() {
    CountDownLatch gate = stand.calls.hold("slow");
    stand.start();
    var lease = stand.run("k", "a", "slow", "b");
    Await.until(() -> stand.calls.tools().size() == 2);

    stand.cancel("k", lease);
    gate.countDown();

    Await.until(
        () -> stand.events("k").contains("tool_result ok") && stand.events("k").size() == 8);
    assertThat(stand.ended("k")).isEqualTo("canceled");
    assertThat(stand.calls.tools()).containsExactly("a", "slow");
    stand.run(1, "k", RunStand.order("k", false, "a", "slow", "b"), true);
    assertThat(stand.ended("k")).isEqualTo("completed");
    assertThat(stand.calls.tools()).containsExactly("a", "slow", "b");
    assertThat(stand.result("k")).contains("\"executed\":3");
  }

  @Test
  void theSwitchThrownInTheMiddleStopsTheRunBeforeItsNextAction() {
    CountDownLatch gate = stand.calls.hold("slow");
    stand.start();
    stand.run("k", "slow", "b");
    Await.until(() -> !stand.calls.tools().isEmpty());

    stand.disable();
    gate.countDown();

    assertThat(stand.ended("k")).isEqualTo("policy_blocked");
    assertThat(stand.calls.tools()).containsExactly("slow");
    assertThat(stand.events("k")).endsWith("tool_result ok", "run_finished failed");
  }

  @Test
  void oneNamespacesFloodCostsTheOthersNothingButItsShare() {
    CountDownLatch gate = stand.calls.hold("slow");
    stand.start();
    for (int i = 0; i < 100; i++) {
      stand.run(1, "flood-" + i, RunStand.order("flood-" + i, false, "slow"), false);
    }
    Await.until(() -> stand.calls.tools().size() == 2);

    stand.run(2, "other", RunStand.order("other", false, "a"), false);

    assertThat(stand.ended(2, "other")).isEqualTo("completed");
    assertThat(stand.calls.tools()).containsExactly("slow", "slow", "a");
    gate.countDown();
    for (int i = 0; i < 100; i++) {
      assertThat(stand.ended("flood-" + i)).isEqualTo("completed");
    }
  }

  @Test
  void aWorkerThatStopsFinishesItsActionAndTheNextOneGoesOn() {
    CountDownLatch gate = stand.calls.hold("slow");
    stand.start();
    stand.run("k", "a", "slow", "b");
    Await.until(() -> stand.calls.tools().size() == 2);
    Thread stopping = Thread.ofVirtual().start(stand::stop);
    Await.until(() -> stopping.getState() == Thread.State.TIMED_WAITING);
    gate.countDown();
    Await.until(() -> !stopping.isAlive());
    assertThat(stand.calls.tools()).containsExactly("a", "slow");
    assertThat(stand.task("k")).satisfies(task -> assertThat(task).isNotNull());

    stand.startAnother();

    assertThat(stand.ended("k")).isEqualTo("completed");
    assertThat(stand.calls.tools()).containsExactly("a", "slow", "b");
  }

  @Test
  void whatALostWorkerHadClaimedIsTakenUpAtOnceAndItsLateWordMovesNothing() {
    CountDownLatch gate = stand.calls.hold("slow");
    stand.start();
    stand.run("k", "slow", "b");
    Await.until(() -> !stand.calls.tools().isEmpty());

    stand.startAnother();
    Await.until(() -> stand.calls.tools().size() == 2);
    gate.countDown();

    assertThat(stand.ended("k")).isEqualTo("completed");
    assertThat(stand.calls.asked())
        .filteredOn(call -> call.action().tool().equals("slow"))
        .extracting(call -> call.options().step())
        .containsExactlyElementsOf(
            List.of(
                stand.calls.asked().getFirst().options().step(),
                stand.calls.asked().getFirst().options().step()));
    assertThat(stand.events("k").stream().filter("run_finished completed"::equals)).hasSize(1);
    assertThat(stand.calls.tools().stream().filter("b"::equals)).hasSize(1);
  }

  @Test
  void aRunThatWaitsLongerThanItsTtlKeepsItsLease() {
    CountDownLatch gate = stand.calls.hold("slow");
    stand.start();
    for (String key : List.of("running-1", "running-2", "waiting")) {
      stand.run(key, "slow");
    }
    Await.until(() -> stand.calls.tools().size() == 2);
    for (int i = 0; i < 3; i++) {
      stand.time.advanceMs(6_000);
      long wanted = stand.store.now().toEpochMilli() + 9_000;
      for (String key : List.of("running-1", "running-2", "waiting")) {
        Await.until(() -> stand.lease(key).expiresAtMs() >= wanted);
      }
    }
    gate.countDown();

    for (String key : List.of("running-1", "running-2", "waiting")) {
      assertThat(stand.ended(key)).isEqualTo("completed");
      assertThat(stand.lease(key).version()).isEqualTo(5);
    }
  }

  @Test
  void renewalsWaitForNoRead() {
    CountDownLatch gate = stand.calls.hold("slow");
    stand.start();
    stand.run("running", "slow");
    Await.until(() -> stand.calls.tools().size() == 1);
    // The pause is asked about by this read here.
    List<CountDownLatch> reads =
        List.of(stand.seen.hang("get"), stand.seen.hang("openTasks"), stand.seen.hang("troubles"));
    try {
      for (int i = 0; i < 5; i++) {
        stand.time.advanceMs(6_000);
        long wanted = stand.store.now().toEpochMilli() + 9_000;
        Await.until(() -> stand.lease("running").expiresAtMs() >= wanted);
      }
      gate.countDown();
      assertThat(stand.ended("running")).isEqualTo("completed");
    } finally {
      reads.forEach(CountDownLatch::countDown);
    }
  }

  @Test
  void oneRenewalThatIsRefusedDelaysNoOther() {
    CountDownLatch gate = stand.calls.hold("slow");
    stand.start();
    List<Long> namespaces = List.of(1L, 2L, 3L, 4L);
    for (long namespaceId : namespaces) {
      stand.run(namespaceId, "k", RunStand.order("k", false, "slow"), false);
    }
    Await.until(() -> stand.calls.tools().size() == 4);
    stand.seen.refuse("KeepStep of 1", ErrorCode.STORAGE_UNAVAILABLE, Integer.MAX_VALUE);
    stand.time.advanceMs(6_000);
    long wanted = stand.store.now().toEpochMilli() + 9_000;
    for (long namespaceId : List.of(2L, 3L, 4L)) {
      LeaseKey lease = new LeaseKey(namespaceId, "k");
      Await.until(() -> Objects.requireNonNull(stand.store.get(lease)).expiresAtMs() >= wanted);
    }
    Await.until(() -> stand.seen.refused() > 1);
    stand.seen.relent();
    gate.countDown();
    for (long namespaceId : namespaces) {
      assertThat(stand.ended(namespaceId, "k")).isEqualTo("completed");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"OVERLOADED", "STORAGE_UNAVAILABLE", "UNKNOWN_OUTCOME"})
  void whatTheStoreRefusesOfARunIsRecordedAllTheSame(ErrorCode code) {
    stand.seen.refuse("ClaimStep", code, 2);
    stand.seen.refuse("AdvanceStep", code, 5);
    stand.start();
    stand.run("k", "a", "b");
    assertThat(stand.ended("k")).isEqualTo("completed");
    assertThat(stand.calls.tools()).containsExactly("a", "b");
    assertThat(stand.seen.refused()).isEqualTo(7);
  }

  @Test
  void aRestoredStoreStartsNothingUntilItIsResumed() {
    stand.run("k", "a");
    stand.paused.set(true);
    stand.start();
    assertThatThrownBy(() -> stand.run("late", "a"))
        .isInstanceOfSatisfying(
            Failure.class, refused -> assertThat(refused.code()).isEqualTo(ErrorCode.PAUSED));
    int looks = stand.pauseLooks.get();
    Await.until(() -> stand.pauseLooks.get() > looks + 3);
    assertThat(stand.calls.asked()).isEmpty();

    stand.paused.set(false);

    assertThat(stand.ended("k")).isEqualTo("completed");
  }
}
