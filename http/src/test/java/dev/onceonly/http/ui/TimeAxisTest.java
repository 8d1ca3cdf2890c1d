package dev.onceonly.http.ui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.run.RunEventRow;
import dev.onceonly.core.run.RunEventRow.Labels;
import dev.onceonly.core.run.RunOutline;
import dev.onceonly.core.run.RunQueries.EventPage.Found;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TimeAxisTest {

  @Test
  void aBarEndsWhereItsEventIs() {
    TimeAxis axis = axis(event(100, null), event(110, null));
    assertThat(axis.bar(event(108, 3_000L).row()))
        .isEqualTo(new TimeAxis.Bar("50.000", "30.000", false));
    assertThat(axis.bar(event(104, null).row()))
        .isEqualTo(new TimeAxis.Bar("40.000", "0.000", true));
  }

  @Test
  void itBeginsWhereTheFirstEventsWorkBegan() {
    TimeAxis axis = axis(event(100, 5_000L), event(105, null));
    assertThat(axis.startMs()).isEqualTo(95_000);
    assertThat(axis.lengthMs()).isEqualTo(10_000);
    assertThat(axis.offsetMs(event(105, null).row())).isEqualTo(10_000);
  }

  @Test
  void itIsWideEnoughForAllThatIsShown() {
    TimeAxis axis = axis(event(100, null), event(100, 420L), event(100, null));
    assertThat(axis.startMs()).isEqualTo(99_580);
    assertThat(axis.bar(event(100, 420L).row()))
        .isEqualTo(new TimeAxis.Bar("0.000", "100.000", false));
  }

  @Test
  void whatBeganBeforeTheAxisIsCutAndWhatIsShortIsStillSeen() {
    TimeAxis axis = new TimeAxis(0, 1_000_000);
    assertThat(axis.bar(event(500, 1_000_000_000_000L).row()))
        .isEqualTo(new TimeAxis.Bar("0.000", "50.000", false));
    assertThat(axis.bar(event(500, 0L).row()))
        .isEqualTo(new TimeAxis.Bar("49.400", "0.600", false));
    assertThat(axis.bar(event(0, 0L).row())).isEqualTo(new TimeAxis.Bar("0.000", "0.600", false));
  }

  @Test
  void aRunOfOneInstantHasAnAxisOfNoLength() {
    TimeAxis axis = axis(event(100, null));
    assertThat(axis.bar(event(100, null).row()))
        .isEqualTo(new TimeAxis.Bar("0.000", "0.000", true));
    assertThat(axis.ticks()).extracting(TimeAxis.Tick::text).startsWith("0", "0 ms");
  }

  @Test
  void theMarksDivideItEvenly() {
    assertThat(new TimeAxis(0, 10_000).ticks())
        .containsExactly(
            new TimeAxis.Tick("0.000", "start", "0"),
            new TimeAxis.Tick("25.000", "middle", "2.50 s"),
            new TimeAxis.Tick("50.000", "middle", "5.00 s"),
            new TimeAxis.Tick("75.000", "middle", "7.50 s"),
            new TimeAxis.Tick("100.000", "end", "10.0 s"));
    assertThat(new TimeAxis(0, 253_402_300_799_000L).ticks().getLast().text())
        .isEqualTo("2932896 d 23 h");
  }

  private static TimeAxis axis(Found... events) {
    List<Found> all = List.of(events);
    return TimeAxis.of(RunOutline.of(all.getFirst(), all), all);
  }

  private static Found event(long ts, @Nullable Long durationMs) {
    return new Found(1, new RunEventRow(ts, ts * 1_000, "note", Labels.NONE, durationMs, null));
  }
}
