package dev.onceonly.testkit;

import static dev.onceonly.testkit.CallsOnStore.CENT;
import static dev.onceonly.testkit.CallsOnStore.mail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.govern.AgentDayKey;
import dev.onceonly.core.govern.AgentDayRow;
import dev.onceonly.core.govern.AgentKey;
import dev.onceonly.core.govern.Decision;
import dev.onceonly.core.govern.Policy;
import dev.onceonly.core.service.CallAnswer;
import dev.onceonly.core.service.GovernedCalls;
import dev.onceonly.core.service.ResolveCall;
import dev.onceonly.core.service.Store;
import dev.onceonly.core.step.Change;
import dev.onceonly.testkit.ScriptedTools.Reply;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Many governed calls at once: no cap is passed, and the switch lets nothing start after its
/// answer. The number of rounds follows the system property `onceonly.test.length`.
public abstract class CallRaces {
  private static final boolean FULL =
      "full".equals(System.getProperty("onceonly.test.length", "short"));
  private static final int ROUNDS = FULL ? 10 : 1;
  private static final int LAST_UNIT_ROUNDS = FULL ? 200 : 20;
  private static final long USD = 100 * CENT;
  private static final GovernedCalls.Limits WIDE =
      CallsUnderTest.limits(
          10_000, new GovernedCalls.Room(4_096, 4_096, GovernedCalls.Line.DEFAULT));

  private final ManualTime time = new ManualTime(Instant.parse("2026-11-05T10:00:00Z"));
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, AtomicLong> mostSpent = new ConcurrentHashMap<>();
  private @Nullable Store open;
  private @Nullable CallsUnderTest calls;

  /// Opens a store, started, on this time.
  protected abstract Store open(ManualTime time);

  /// Closes the store and whatever was opened with it.
  protected void close(Store store) {
    store.close();
  }

  @BeforeEach
  void openStore() {
    Store store = open(time);
    open = store;
    store.listen((changes, _) -> changes.forEach(this::watch));
    CallsUnderTest made = new CallsUnderTest(store, WIDE);
    made.register(0);
    calls = made;
  }

  /// Sees every state of the budget that was ever committed.
  private void watch(Change<?> change) {
    if (change.row() instanceof AgentDayRow day && change.key() instanceof AgentDayKey key) {
      mostSpent
          .computeIfAbsent(key.agentId(), _ -> new AtomicLong())
          .accumulateAndGet(day.spentNanoUsd(), Math::max);
    }
  }

  @AfterEach
  void closeStore() {
    callers.close();
    if (open != null) {
      close(open);
    }
  }

  private CallsUnderTest on() {
    CallsUnderTest made = calls;
    if (made == null) {
      throw new IllegalStateException("no store is open");
    }
    return made;
  }

  @Test
  void ofAThousandCallsAtThreeCentsTenDollarsPayFor333() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      String agent = "spender-" + round;
      on().policy(agent, CallsUnderTest.caps(null, 10 * USD, null));
      List<CallAnswer.Decided> answers =
          all(1_000, number -> on().call(mail(number).by(agent).spending(3 * CENT)));
      assertThat(count(answers, Decision.EXECUTED)).isEqualTo(333);
      assertThat(count(answers, Decision.BLOCKED)).isEqualTo(667);
      on().assertBudget(agent, 333, 0, 333 * 3 * CENT);
      assertThat(mostSpent.get(agent)).hasValue(333 * 3 * CENT);
    }
    report("calls against a spend cap", 1_000 * ROUNDS);
  }

  @Test
  void whileCallsAreUnknownOrFailTheCapIsNeverPassed() throws Exception {
    on().tools()
        .does((_, _) ->
            switch (ThreadLocalRandom.current().nextInt(3)) {
              case 0 -> new Reply.Lost();
              case 1 -> new Reply.Refuses(400);
              default -> new Reply.Answers("{}");
            });
    on().policy("a1", CallsUnderTest.caps(null, USD, null));
    List<CallAnswer.Decided> answers =
        all(1_000, number -> on().call(mail(number).spending(3 * CENT)));
    long executed = count(answers, Decision.EXECUTED);
    long unknown = count(answers, Decision.UNKNOWN);
    assertThat(executed + unknown).as("no more than fit in").isPositive().isLessThanOrEqualTo(33);
    assertThat(mostSpent.get("a1")).hasValueLessThanOrEqualTo(USD);
    assertThat(on().day("a1").settledNanoUsd()).isEqualTo(executed * 3 * CENT);
    assertThat(on().day("a1").reservedNanoUsd()).isEqualTo(unknown * 3 * CENT);
    report("calls of an unsteady tool against a spend cap", 1_000);
  }

  @Test
  void theLastActionOfTheHourIsOnes() throws Exception {
    lastUnit("hour-", CallsUnderTest.caps(3L, null, null));
  }

  @Test
  void theLastCallOfTheToolIsOnes() throws Exception {
    lastUnit("tool-", CallsUnderTest.caps(null, null, 3L));
  }

  private void lastUnit(String prefix, Policy policy) throws Exception {
    for (int round = 0; round < LAST_UNIT_ROUNDS; round++) {
      String agent = prefix + round;
      on().policy(agent, policy);
      on().call(mail(1_000).by(agent));
      on().call(mail(1_001).by(agent));
      List<CallAnswer.Decided> answers = all(64, number -> on().call(mail(number).by(agent)));
      assertThat(count(answers, Decision.EXECUTED)).as("round %d", round).isEqualTo(1);
    }
    report("races for the last unit of a cap", LAST_UNIT_ROUNDS);
  }

  @Test
  void nothingStartsAfterTheSwitchHasAnswered() throws Exception {
    int stopped = 0;
    for (int round = 0; round < ROUNDS * 5; round++) {
      String agent = "stopped-" + round;
      AgentKey key = new AgentKey(CallAsk.NAMESPACE, agent);
      int before = on().tools().sent().size();
      CountDownLatch half = new CountDownLatch(250);
      Future<Integer> most =
          callers.submit(() -> {
            half.await();
            on().enabled(key, false);
            int onTheirWay = on().killSwitch().onTheirWay(key);
            return on().tools().sent().size() + onTheirWay;
          });
      List<CallAnswer.Decided> answers =
          all(
              500,
              number -> {
                half.countDown();
                return on().call(mail(number).by(agent));
              });
      assertThat(on().tools().sent().size()).isLessThanOrEqualTo(most.get());
      long executed = count(answers, Decision.EXECUTED);
      assertThat(on().tools().sent().size() - before).isEqualTo((int) executed);
      assertThat(executed + count(answers, Decision.BLOCKED)).isEqualTo(500);
      on().assertBudget(agent, executed, 0, executed * CENT);
      assertThat(on().day(agent).blocked()).isEqualTo(500 - executed);
      assertThat(on().call(mail(1_000).by(agent)).decision()).isEqualTo(Decision.BLOCKED);
      stopped += 500 - (int) executed;
    }
    report("calls stopped by the switch", stopped);
  }

  @Test
  void theToolsLedgerAndOursAgreeToTheCent() throws Exception {
    Set<String> ledger = ConcurrentHashMap.newKeySet();
    on().tools()
        .does((order, _) -> {
          ledger.add(order.idempotencyKey());
          return ThreadLocalRandom.current().nextInt(10) < 3
              ? new Reply.Lost()
              : new Reply.Answers("{}");
        });
    List<CallAnswer.Decided> answers =
        all(
            500,
            number -> {
              CallAnswer.Decided answer = on().call(mail(number));
              return answer.decision() == Decision.UNKNOWN ? on().call(mail(number)) : answer;
            });
    int resolved = 0;
    for (CallAnswer.Decided answer : answers) {
      if (answer.decision() == Decision.UNKNOWN) {
        boolean acted = ledger.contains(on().row(answer).delivery().idempotencyKey());
        on().calls()
            .register()
            .resolve(new ResolveCall(CallsUnderTest.key(answer), "probe", acted, null, "ledger"));
        resolved++;
      }
    }
    on().assertBudget("a1", 500, 0, ledger.size() * CENT);
    assertThat(ledger).hasSize(500);
    report("calls of a tool that loses answers, resolved by a probe", resolved);
  }

  /// Makes calls all at once and returns their answers in order.
  private List<CallAnswer.Decided> all(int count, IntFunction<CallAnswer.Decided> call)
      throws Exception {
    List<Future<CallAnswer.Decided>> futures = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int number = i;
      futures.add(callers.submit(() -> call.apply(number)));
    }
    List<CallAnswer.Decided> answers = new ArrayList<>(count);
    for (Future<CallAnswer.Decided> future : futures) {
      answers.add(future.get());
    }
    return answers;
  }

  private static long count(List<CallAnswer.Decided> answers, Decision decision) {
    return answers.stream().filter(answer -> answer.decision() == decision).count();
  }

  private static void report(String what, int count) {
    System.out.printf(Locale.ROOT, "%,d %s%n", count, what);
  }
}
