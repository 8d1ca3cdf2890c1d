package dev.onceonly.testkit;

import static dev.onceonly.testkit.FreeStep.change;
import static dev.onceonly.testkit.FreeStep.saving;
import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.notify.MailKey;
import dev.onceonly.core.notify.MailKey.Kind;
import dev.onceonly.core.notify.MailQueries.Due;
import dev.onceonly.core.notify.MailRow;
import dev.onceonly.testkit.RowCases.Written;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The outbox keeps its mails, and lists those that are due.
public interface MailCases extends StoreUnderTest {

  @Test
  default void mailsComeBackExactly() {
    Written written = new Written(this);
    for (String text : RowCases.TEXTS) {
      for (Kind kind : Kind.values()) {
        MailKey key = new MailKey(1, kind, text, 494_000);
        written.save(key, new MailRow(text, RowCases.FAR_MS, 0, 0L));
        written.save(key, new MailRow(text, RowCases.FAR_MS, Integer.MAX_VALUE, Long.MAX_VALUE));
        written.save(key, null);
        written.save(key, new MailRow("", RowCases.FAR_MS, 1, null));
      }
    }
    written.save(
        new MailKey(Long.MIN_VALUE, Kind.TOOL_ERROR, "x".repeat(300), Integer.MIN_VALUE),
        new MailRow("\u00fc".repeat(10_000), RowCases.FAR_MS, 2, 3L));
    assertThat(store().get(new MailKey(2, Kind.TOOL_ERROR, "a", 494_000))).isNull();
    assertThat(store().get(new MailKey(1, Kind.TOOL_ERROR, "a", 494_001))).isNull();
    written.isThereAfterARestart();
  }

  @Test
  default void mailsAreDueInTheOrderOfTheirInstants() {
    save("late", 300L);
    save("due", 100L);
    save("first", 99L);
    save("done", null);
    restart();
    assertThat(due(100, 9)).containsExactly("first", "due");
    assertThat(due(300, 9)).containsExactly("first", "due", "late");
    assertThat(due(300, 1)).containsExactly("first");
    assertThat(due(98, 9)).isEmpty();
    save("first", 500L);
    save("due", null);
    assertThat(due(300, 9)).containsExactly("late");
    assertThat(store().dueMails(300, 1))
        .containsExactly(
            new Due(key("late"), new MailRow("text", time().now().toEpochMilli(), 0, 300L)));
  }

  private void save(String subject, @Nullable Long nextAtMs) {
    MailRow row = new MailRow("text", time().now().toEpochMilli(), 0, nextAtMs);
    store().run(saving(change(key(subject), row)));
  }

  private static MailKey key(String subject) {
    return new MailKey(1, Kind.RUN_FAILURE, subject, 494_000);
  }

  private List<String> due(long nowMs, int limit) {
    return store().dueMails(nowMs, limit).stream().map(due -> due.key().subject()).toList();
  }
}
