package dev.onceonly.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.account.SequenceKey;
import dev.onceonly.core.account.SequenceRow;
import dev.onceonly.core.run.PostEvent;
import dev.onceonly.core.run.RunEventKey;
import dev.onceonly.core.run.RunEventRow;
import dev.onceonly.core.run.RunEventRow.Labels;
import dev.onceonly.core.run.RunKey;
import dev.onceonly.core.run.RunRow;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What posting one event stores.
final class PostStepTest {
  private static final Instant NOW = Instant.parse("2026-11-26T10:00:00.750Z");
  private static final RunKey RUN = new RunKey(1, "r1");
  private final MapRows rows = new MapRows();

  @Test
  void theFirstEventMakesTheRun() {
    assertThat(post("run_started", null)).isEqualTo(1);
    assertThat(rows.get(RUN))
        .isEqualTo(new RunRow(NOW.getEpochSecond(), 1, "run_started", null, 1));
    assertThat(rows.get(new RunEventKey(RUN, 1)))
        .isEqualTo(
            new RunEventRow(
                NOW.getEpochSecond(), NOW.toEpochMilli(), "run_started", Labels.NONE, null, null));
  }

  @Test
  void idsGoOnOverAllRunsOfTheStore() {
    rows.run(event(new RunKey(9, "other"), "note", null), NOW);
    assertThat(post("note", null)).isEqualTo(2);
    assertThat(rows.get(SequenceKey.EVENTS)).isEqualTo(new SequenceRow(2));
  }

  @Test
  void anEarlierEventIsCountedAndDoesNotBecomeTheLast() {
    post("run_finished", 2_000L);
    post("note", 1_000L);
    assertThat(rows.get(RUN)).isEqualTo(new RunRow(2_000, 1, "run_finished", null, 2));
  }

  @Test
  void ofTwoInTheSameSecondTheLaterIdIsLast() {
    post("first", 2_000L);
    post("second", 2_000L);
    assertThat(rows.get(RUN)).isEqualTo(new RunRow(2_000, 2, "second", null, 2));
  }

  @Test
  void itIsStoredWithTheInstantOfStoringWhateverItsOwnSays() {
    post("note", 0L);
    RunEventRow stored = rows.get(new RunEventKey(RUN, 1));
    assertThat(stored)
        .extracting(RunEventRow::ts, RunEventRow::atMs)
        .containsExactly(0L, NOW.toEpochMilli());
  }

  private long post(String type, @Nullable Long ts) {
    return rows.run(event(RUN, type, ts), NOW).answer();
  }

  private static Timelines.PostStep event(RunKey run, String type, @Nullable Long ts) {
    return new Timelines.PostStep(new PostEvent(run, ts, type, Labels.NONE, null, null));
  }
}
