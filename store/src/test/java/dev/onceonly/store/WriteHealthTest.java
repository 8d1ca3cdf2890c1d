package dev.onceonly.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.service.Notice;
import dev.onceonly.store.SessionException.Meaning;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What is known of writes at every moment, also between two steps of the lane.
final class WriteHealthTest {
  private static final Duration SLOW = Duration.ofSeconds(1);

  private long nowNanos;
  private boolean watching;
  private final List<String> seen = new ArrayList<>();

  // Whoever reads the clock is at a moment between two steps.
  private final WriteHealth health = new WriteHealth(this::look, SLOW);

  private long look() {
    if (watching) {
      watching = false;
      seen.add(code());
      watching = true;
    }
    return nowNanos;
  }

  private String code() {
    Notice troubles = health.troubles();
    return troubles == null ? "ready" : troubles.code();
  }

  private void advanceMs(long ms) {
    nowNanos += Duration.ofMillis(ms).toNanos();
  }

  private List<String> during(Consumer<WriteHealth> step) {
    watching = true;
    step.accept(health);
    watching = false;
    return seen;
  }

  @Test
  void aSlowWriteThatEndsIsReadyAtNoMoment() {
    health.began();
    advanceMs(1_001);
    assertThat(during(WriteHealth::ended)).isNotEmpty().containsOnly("storage_slow");
    assertThat(code()).isEqualTo("storage_slow");
  }

  @ParameterizedTest
  @EnumSource(
      value = Meaning.class,
      names = {"NO_SPACE", "NO_SPACE_AFTER_FLUSH", "BROKEN", "OUTCOME_UNKNOWN"})
  void aSlowWriteThatFailsIsReadyAtNoMoment(Meaning meaning) {
    health.began();
    advanceMs(1_001);
    assertThat(during(known -> known.failed(meaning))).doesNotContain("ready");
    assertThat(code()).isNotEqualTo("ready");
    if (meaning == Meaning.BROKEN || meaning == Meaning.OUTCOME_UNKNOWN) {
      assertThat(during(known -> known.end("broken"))).doesNotContain("ready");
      assertThat(code()).isEqualTo("storage_broken");
    }
  }

  @Test
  void whileAnotherProgramHoldsTheLockAProbeThatWaitsForItIsNoSlowDisk() {
    health.began();
    advanceMs(1_000);
    health.failed(Meaning.BUSY);
    for (int probe = 0; probe < 3; probe++) {
      advanceMs(1_000);
      assertThat(code()).isEqualTo("storage_locked");
      health.began();
      advanceMs(1_050);
      assertThat(code()).isEqualTo("storage_locked");
      health.probeFailed(Meaning.BUSY);
      assertThat(code()).isEqualTo("storage_locked");
    }
    health.began();
    health.probed();
    assertThat(code()).isEqualTo("ready");
  }
}
