package dev.onceonly.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.lock.CheckLock;
import dev.onceonly.core.lock.CheckResult;
import dev.onceonly.core.lock.CheckResult.Duplicate;
import dev.onceonly.core.lock.CheckResult.Locked;
import dev.onceonly.core.lock.CheckResult.Replayed;
import dev.onceonly.core.lock.CheckResult.Reused;
import dev.onceonly.core.service.CheckAnswer;
import dev.onceonly.core.service.CheckAnswer.Checked;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Many locks in one call (contract 17).
public interface LockBatchCases extends StoreUnderTest {

  @Test
  default void aBatchIsAnsweredInItsOrder() {
    lock(Ask.of("b"));
    List<CheckResult> results = checkAll(Ask.of("a"), Ask.of("b"), Ask.of("c"));
    assertThat(results).hasExactlyElementsOfTypes(Locked.class, Duplicate.class, Locked.class);
    assertThat(check(Ask.of("a"))).isEqualTo(new Duplicate(stored(Ask.of("a"))));
    assertThat(check(Ask.of("c"))).isInstanceOf(Duplicate.class);
  }

  @Test
  default void theFirstItemWithAKeyWinsWithinABatch() {
    List<CheckResult> results =
        checkAll(
            Ask.of("k").fingerprint("a").metadata("{\"n\":1}"),
            Ask.of("k").fingerprint("a").metadata("{\"n\":2}"),
            Ask.of("k").fingerprint("b"));
    assertThat(results).hasExactlyElementsOfTypes(Locked.class, Duplicate.class, Reused.class);
    assertThat(results.getFirst()).isEqualTo(new Locked(stored(Ask.of("k"))));
    assertThat(results.get(1)).isEqualTo(new Duplicate(stored(Ask.of("k"))));
  }

  @Test
  default void theSameAttemptTwiceInABatchIsTheSameWinner() {
    List<CheckResult> results =
        checkAll(Ask.of("k").attempt("attempt-1"), Ask.of("k").attempt("attempt-1"));
    assertThat(results).hasExactlyElementsOfTypes(Locked.class, Replayed.class);
  }

  @Test
  default void aBatchOfOneThousandIsOneChange() {
    List<CheckLock> commands = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      commands.add(Ask.of("item-" + i).lock());
    }
    List<CheckAnswer> first = locks().checkAll(Callers.unlimited(Ask.NAMESPACE), commands);
    restart();
    List<CheckAnswer> second = locks().checkAll(Callers.unlimited(Ask.NAMESPACE), commands);
    assertThat(first).hasSize(1_000).allMatch(answer -> result(answer) instanceof Locked);
    assertThat(second).hasSize(1_000).allMatch(answer -> result(answer) instanceof Duplicate);
  }

  private List<CheckResult> checkAll(Ask... asks) {
    List<CheckLock> commands = Arrays.stream(asks).map(Ask::lock).toList();
    return locks().checkAll(Callers.unlimited(Ask.NAMESPACE), commands).stream()
        .map(LockBatchCases::result)
        .toList();
  }

  private static CheckResult result(CheckAnswer answer) {
    return switch (answer) {
      case Checked(var result) -> result;
      case CheckAnswer.OverLimit(var limit) -> throw new AssertionError("refused: " + limit);
      case CheckAnswer.RanOut _ -> throw new AssertionError("ran out");
    };
  }
}
