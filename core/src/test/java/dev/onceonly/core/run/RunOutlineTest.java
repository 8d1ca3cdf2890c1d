package dev.onceonly.core.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.run.RunEventRow.Ids;
import dev.onceonly.core.run.RunEventRow.Labels;
import dev.onceonly.core.run.RunQueries.EventPage.Found;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RunOutlineTest {
  private static final Found START = event("run_started", "in_progress");

  @Test
  void aRunThatHasNotFinishedStandsAsItStarted() {
    assertThat(status(START, event("tool_result", "ok"))).isEqualTo("in_progress");
  }

  @Test
  void theNewestEndDecides() {
    assertThat(status(START, event("run_finished", "failed"))).isEqualTo("failed");
    assertThat(
            status(
                START,
                event("run_finished", "failed"),
                event("run_started", "in_progress"),
                event("run_finished", "completed")))
        .isEqualTo("completed");
  }

  @Test
  void aNoteAfterTheEndChangesNothing() {
    assertThat(status(START, event("run_finished", "completed"), event("note", "failed")))
        .isEqualTo("completed");
  }

  @Test
  void anEndWithoutAStatusStillIsAnEnd() {
    assertThat(status(START, event("run_finished", null))).isEqualTo("run_finished");
  }

  @Test
  void aRunOfNotesOnlyHasNone() {
    assertThat(status(event("note", "ok"))).isNull();
  }

  @Test
  void theInstantOfStoringIsTakenOnlyWithinTheEventsOwnSecond() {
    assertThat(RunOutline.instantMs(at(10, 10_000))).isEqualTo(10_000);
    assertThat(RunOutline.instantMs(at(10, 10_999))).isEqualTo(10_999);
    assertThat(RunOutline.instantMs(at(10, 11_000))).isEqualTo(10_000);
    assertThat(RunOutline.instantMs(at(10, 9_999))).isEqualTo(10_000);
  }

  private static @Nullable String status(Found... events) {
    return RunOutline.of(events[0], List.of(events)).status();
  }

  private static Found event(String type, @Nullable String status) {
    return new Found(
        1,
        new RunEventRow(
            1, 1_000, type, new Labels(status, null, null, Ids.NONE, null), null, null));
  }

  private static RunEventRow at(long ts, long atMs) {
    return new RunEventRow(ts, atMs, "note", Labels.NONE, null, null);
  }
}
