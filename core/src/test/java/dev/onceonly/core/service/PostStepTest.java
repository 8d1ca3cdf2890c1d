package dev.onceonly.core.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.core.account.ApiKey;
import dev.onceonly.core.account.Caller;
import dev.onceonly.core.account.Namespace;
import dev.onceonly.core.account.Plan;
import dev.onceonly.core.account.Powers;
import dev.onceonly.core.account.Role;
import dev.onceonly.core.account.SequenceKey;
import dev.onceonly.core.account.SequenceRow;
import dev.onceonly.core.run.PostEvent;
import dev.onceonly.core.run.RunEventKey;
import dev.onceonly.core.run.RunEventRow;
import dev.onceonly.core.run.RunEventRow.Ids;
import dev.onceonly.core.run.RunEventRow.Labels;
import dev.onceonly.core.run.RunKey;
import dev.onceonly.core.run.RunRow;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
        .isEqualTo(new RunRow(NOW.getEpochSecond(), 1, "run_started", null, 1, List.of()));
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
    assertThat(rows.get(RUN)).isEqualTo(new RunRow(2_000, 1, "run_finished", null, 2, List.of()));
  }

  @Test
  void ofTwoInTheSameSecondTheLaterIdIsLast() {
    post("first", 2_000L);
    post("second", 2_000L);
    assertThat(rows.get(RUN)).isEqualTo(new RunRow(2_000, 2, "second", null, 2, List.of()));
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
    return new Timelines.PostStep(
        caller(Role.ADMIN), new PostEvent(run, ts, type, Labels.NONE, null, null));
  }

  @Test
  void aRunKeepsWhichAgentsItsEventsHaveNamed() {
    post(caller(Role.ADMIN), null);
    for (int i = 1; i <= 12; i++) {
      post(caller(Role.ADMIN), "bot-" + (i % 10));
      post(caller(Role.ADMIN), null);
    }
    assertThat(run().agents())
        .containsExactly(
            "bot-1", "bot-2", "bot-3", "bot-4", "bot-5", "bot-6", "bot-7", "bot-8", "bot-9");
    assertThat(run().events()).isEqualTo(25);
  }

  @Test
  void anAgentsKeyWritesOnlyIntoRunsThatNameNobodyElse() {
    Caller bot1 = caller(Role.AGENT, "bot-1");
    post(bot1, null);
    post(caller(Role.AGENT, "bot-2"), null);
    post(bot1, "bot-1");
    RunRow before = run();

    assertForbidden(caller(Role.AGENT, "bot-2"), null);
    assertForbidden(caller(Role.AGENT, "bot-2"), "bot-2");
    assertThat(run()).isEqualTo(before);
    assertThat(post(bot1, null)).isEqualTo(4);
    assertThat(post(caller(Role.AGENT, "bot-*"), "bot-2")).isEqualTo(5);
    assertForbidden(bot1, null);
    assertThat(post(caller(Role.AGENT, "bot-1", "bot-2"), null)).isEqualTo(6);
  }

  @Test
  void overTheBoundOnAgentsOnlyWhoSpeaksForAllWrites() {
    Caller bots = caller(Role.AGENT, "bot-*");
    for (int i = 1; i <= RunRow.AGENTS_MAX; i++) {
      post(caller(Role.ADMIN), "bot-" + i);
    }
    post(bots, null);
    post(bots, "bot-" + (RunRow.AGENTS_MAX + 1));
    assertForbidden(bots, null);
    post(caller(Role.AGENT, "other", "*"), null);
    post(caller(Role.ADMIN), null);
    assertThat(run().events()).isEqualTo(RunRow.AGENTS_MAX + 4);
  }

  private void assertForbidden(Caller caller, @Nullable String agentId) {
    assertThatThrownBy(() -> post(caller, agentId))
        .isInstanceOfSatisfying(
            Failure.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(ErrorCode.FORBIDDEN);
              assertThat(refused.facts()).isEqualTo(Map.of("role", "agent"));
            });
  }

  private RunRow run() {
    return Objects.requireNonNull(rows.get(RUN));
  }

  private long post(Caller caller, @Nullable String agentId) {
    Labels labels = new Labels(null, null, null, new Ids(null, null, agentId), null);
    PostEvent event = new PostEvent(RUN, null, "note", labels, null, null);
    return rows.run(new Timelines.PostStep(caller, event), NOW).answer();
  }

  private static Caller caller(Role role, String... agents) {
    Plan plan = new Plan("unlimited", null, null, false, new Plan.TtlBounds(60, 3_600));
    Namespace namespace = new Namespace(1, "n", "unlimited", 0, null, Namespace.Notifications.ALL);
    Powers powers = new Powers(role, List.of(agents), List.of());
    return new Caller(
        namespace, plan, new ApiKey(1, "key_1", 1, "once…", powers, new ApiKey.Span(0, null)));
  }
}
