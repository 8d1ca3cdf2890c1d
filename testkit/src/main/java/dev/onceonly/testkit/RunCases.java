package dev.onceonly.testkit;

import static dev.onceonly.testkit.FreeStep.change;
import static dev.onceonly.testkit.FreeStep.saving;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.core.Failure;
import dev.onceonly.core.run.RunEventKey;
import dev.onceonly.core.run.RunEventRow;
import dev.onceonly.core.run.RunEventRow.Ids;
import dev.onceonly.core.run.RunEventRow.Labels;
import dev.onceonly.core.run.RunKey;
import dev.onceonly.core.run.RunQueries.EventCursor;
import dev.onceonly.core.run.RunQueries.EventPage;
import dev.onceonly.core.run.RunQueries.RunPage;
import dev.onceonly.core.run.RunRow;
import dev.onceonly.core.step.Change;
import dev.onceonly.testkit.RowCases.Written;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Runs and their events come back exactly, one by one and in pages (contract 8.2, 8.3).
public interface RunCases extends StoreUnderTest {

  @Test
  default void runsAndEventsComeBackExactly() {
    Written written = new Written(this);
    long id = 0;
    for (String text : RowCases.TEXTS) {
      RunKey run = new RunKey(1, text);
      written.save(run, new RunRow(5, 6, text, null, 1));
      written.save(run, new RunRow(5, 7, text, text, Long.MAX_VALUE));
      written.save(run, new RunRow(253_402_300_799L, 8, "", "", 0));
      RunEventKey key = new RunEventKey(run, ++id);
      written.save(key, new RunEventRow(0, RowCases.FAR_MS, text, Labels.NONE, null, null));
      Labels full = new Labels(text, text, text, new Ids(text, text, text), text);
      written.save(key, new RunEventRow(7, RowCases.FAR_MS, text, full, Long.MAX_VALUE, text));
      Labels some = new Labels(null, "", null, new Ids(null, text, null), null);
      written.save(
          new RunEventKey(run, ++id), new RunEventRow(7, RowCases.FAR_MS, "t", some, 0L, null));
    }
    RunEventKey gone = new RunEventKey(new RunKey(1, "a"), (1L << 53) - 1);
    written.save(gone, new RunEventRow(7, RowCases.FAR_MS, "t", Labels.NONE, null, "{}"));
    written.save(gone, null);
    assertThat(store().get(new RunEventKey(new RunKey(2, "a"), 1))).isNull();
    assertThat(store().get(new RunEventKey(new RunKey(1, " "), 1))).isNull();
    written.isThereAfterARestart();
  }

  @Test
  default void anEventNeedsItsRunAndADeletedRunTakesItsEventsWithIt() {
    RunKey run = new RunKey(1, "r");
    RunEventKey key = new RunEventKey(run, 1);
    assertThatThrownBy(() -> store().run(saving(change(key, event(1)))))
        .isInstanceOf(Failure.class);
    store().run(saving(change(run, run(1, 1)), change(key, event(1))));
    assertThat(store().get(key)).isEqualTo(event(1));
    store().run(saving(change(run, null)));
    assertThat(store().get(key)).isNull();
    RunKey next = new RunKey(1, "the next number");
    store().run(saving(change(next, run(1, 1))));
    assertThat(store().events(next, 10, 0)).isEqualTo(new EventPage(0, List.of()));
  }

  @Test
  default void runsAreListedByTheirLastEvent() {
    save(1, "b", 100);
    save(1, "a", 300);
    save(1, "d", 200);
    save(1, "c", 200);
    save(2, "e", 400);
    restart();
    assertThat(ids(store().runs(1, "", 50, 0))).containsExactly("a", "c", "d", "b");
    assertThat(store().runs(1, "", 2, 1))
        .isEqualTo(new RunPage(4, List.of(found("c", 200), found("d", 200))));
    assertThat(store().runs(1, "", 50, 4)).isEqualTo(new RunPage(4, List.of()));
    assertThat(store().runs(3, "", 50, 0)).isEqualTo(new RunPage(0, List.of()));
    save(1, "b", 301);
    save(1, "a", 300);
    assertThat(ids(store().runs(1, "", 50, 0))).containsExactly("b", "a", "c", "d");
  }

  @Test
  default void aPrefixIsComparedExactly() {
    List<String> ids =
        List.of(
            "a",
            "a%b",
            "a_b",
            "aXb",
            "A",
            "ab",
            "b",
            "\u00e9",
            "e\u0301",
            "\uffff",
            "\ud83d\ude00",
            "\ud83d\ude00x",
            "\ud83d\ude01",
            "\udbff\udfff",
            "\udbff\udfffz",
            "a*",
            "a\u007f",
            "a\u0001",
            "a\ud83d\ude00",
            "a\udbff\udfff\udbff\udfff");
    for (String id : ids) {
      save(1, id, 100);
      save(2, id + "2", 100);
    }
    restart();
    for (String prefix : ids) {
      List<String> expected = ids.stream().filter(id -> id.startsWith(prefix)).toList();
      RunPage page = store().runs(1, prefix, 50, 0);
      assertThat(ids(page)).as(prefix).containsExactlyInAnyOrderElementsOf(expected);
    }
    assertThat(store().runs(1, "%", 50, 0).total()).isZero();
    assertThat(store().runs(1, "_", 50, 0).total()).isZero();
    assertThat(store().runs(1, "a%bc", 50, 0).total()).isZero();
    assertThat(store().runs(1, "a", 2, 1).items()).hasSize(2);
    assertThat(store().runs(1, "a", 2, 1).total()).isEqualTo(10);
    assertThat(store().runs(1, "x".repeat(256), 50, 0).total()).isZero();
  }

  @Test
  default void runsOfOneSecondAreListedByCodePoints() {
    List<String> inOrder = List.of("A", "a", "\u00e9", "\uffff", "\ud83d\ude00", "\udbff\udfff");
    inOrder.reversed().forEach(id -> save(1, id, 100));
    assertThat(ids(store().runs(1, "", 50, 0))).isEqualTo(inOrder);
  }

  @Test
  default void eventsAreListedByTimeAndThenById() {
    RunKey run = new RunKey(1, "r");
    RunKey other = new RunKey(2, "r");
    store().run(saving(change(run, run(30, 4)), change(other, run(30, 1))));
    store()
        .run(
            saving(
                change(new RunEventKey(run, 1), event(30)),
                change(new RunEventKey(run, 2), event(10)),
                change(new RunEventKey(other, 3), event(10)),
                change(new RunEventKey(run, 4), event(30)),
                change(new RunEventKey(run, 5), event(20))));
    restart();
    EventPage page = store().events(run, 10, 0);
    assertThat(page.total()).isEqualTo(4);
    assertThat(page.items()).extracting(EventPage.Found::id).containsExactly(2L, 5L, 1L, 4L);
    assertThat(page.items().getFirst().row()).isEqualTo(event(10));
    EventPage middle = store().events(run, 2, 1);
    assertThat(middle.total()).isEqualTo(4);
    assertThat(middle.items()).extracting(EventPage.Found::id).containsExactly(5L, 1L);
    assertThat(store().events(run, 10, 4)).isEqualTo(new EventPage(4, List.of()));
    assertThat(store().events(new RunKey(1, "R"), 10, 0)).isEqualTo(new EventPage(0, List.of()));
  }

  @Test
  default void eventsAreReadOnFromWhereTheLastPieceEnded() {
    RunKey run = new RunKey(1, "r");
    List<Change<?>> changes = new ArrayList<>();
    changes.add(change(run, run(30, 9)));
    for (int id = 1; id <= 9; id++) {
      changes.add(change(new RunEventKey(run, id), event(id < 7 ? 30 : 10 * (10 - id))));
    }
    store().run(saving(changes.toArray(Change<?>[]::new)));
    restart();
    List<EventPage.Found> all = store().events(run, 10, 0).items();
    assertThat(all)
        .extracting(EventPage.Found::id)
        .containsExactly(9L, 8L, 1L, 2L, 3L, 4L, 5L, 6L, 7L);
    for (int limit = 1; limit <= 10; limit++) {
      List<EventPage.Found> read = new ArrayList<>();
      EventCursor cursor = EventCursor.START;
      List<EventPage.Found> piece;
      do {
        piece = store().eventsAfter(run, cursor, limit);
        read.addAll(piece);
        cursor = piece.isEmpty() ? cursor : piece.getLast().cursor();
      } while (piece.size() == limit);
      assertThat(read).as("%d at a time", limit).isEqualTo(all);
    }
    assertThat(store().eventsAfter(new RunKey(2, "r"), EventCursor.START, 5)).isEmpty();
    assertThat(store().eventsAfter(run, new EventCursor(30, 7), 5)).isEmpty();
  }

  private void save(long namespaceId, String runId, long lastTs) {
    store().run(saving(change(new RunKey(namespaceId, runId), run(lastTs, 1))));
  }

  private static RunRow run(long lastTs, long events) {
    return new RunRow(lastTs, 1, "note", null, events);
  }

  private static RunPage.Found found(String runId, long lastTs) {
    return new RunPage.Found(runId, run(lastTs, 1));
  }

  private static RunEventRow event(long ts) {
    return new RunEventRow(ts, RowCases.FAR_MS, "note", Labels.NONE, null, null);
  }

  private static List<String> ids(RunPage page) {
    return page.items().stream().map(RunPage.Found::runId).toList();
  }
}
