package dev.onceonly.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.Claim;
import dev.onceonly.core.Claimants;
import dev.onceonly.core.account.Plan;
import dev.onceonly.core.account.Plan.TtlBounds;
import dev.onceonly.core.lease.AcquireLease;
import dev.onceonly.core.lease.LeaseKey;
import dev.onceonly.core.lease.LeaseRules;
import dev.onceonly.core.lock.CheckLock;
import dev.onceonly.core.lock.LockKey;
import dev.onceonly.core.lock.LockRules;
import dev.onceonly.core.notify.MailKey;
import dev.onceonly.core.notify.MailRow;
import dev.onceonly.core.step.Decided;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The mail of the step that reaches a plan's limit.
final class LimitMailTest {
  private static final Instant NOW = Instant.parse("2026-11-26T10:59:59.999Z");
  private static final int HOUR = (int) (NOW.getEpochSecond() / 3_600);
  private final MapRows rows = new MapRows();

  @Test
  void theStepThatReachesTheLimitWritesOneMailAndNoOtherDoes() {
    Plan plan = plan(2L, true);
    check(plan, 1);
    assertThat(mails(check(plan, 1))).isEmpty();
    Decided<?> reaching = check(plan, 1);
    assertThat(mails(reaching)).containsExactly(make("2"));
    for (int i = 0; i < 5; i++) {
      assertThat(mails(check(plan, 1))).isEmpty();
    }
    MailRow row = rows.get(make("2"));
    assertThat(row)
        .isEqualTo(
            new MailRow(
                "The usage of 2026-11 has reached the limit of 2 for automation (make) of plan"
                    + " free. New requests of this kind are refused with status 402 until the month"
                    + " ends.",
                NOW.toEpochMilli(),
                0,
                NOW.toEpochMilli()));
  }

  @Test
  void aBatchMayPassTheLimitOnItsWay() {
    Plan plan = plan(2L, false);
    Decided<?> decided = check(plan, 9);
    assertThat(mails(decided)).containsExactly(make("2"));
    assertThat(rows.get(make("2")))
        .extracting(MailRow::text)
        .asString()
        .endsWith("Requests go on being served.");
    assertThat(mails(check(plan, 9))).isEmpty();
  }

  @Test
  void leasesHaveTheirOwnLimit() {
    Plan plan = plan(2L, false);
    assertThat(mails(acquire(plan, "a"))).isEmpty();
    assertThat(mails(acquire(plan, "a"))).isEmpty();
    assertThat(mails(acquire(plan, "b")))
        .containsExactly(new MailKey(1, MailKey.Kind.PLAN_LIMIT, "limit of 2 for AI (ai)", HOUR));
    assertThat(mails(acquire(plan, "c"))).isEmpty();
  }

  @Test
  void anotherPlansLimitIsAnotherMail() {
    check(plan(2L, true), 4);
    assertThat(mails(check(plan(4L, false), 3))).containsExactly(make("4"));
    assertThat(mails(check(plan(4L, false), 3))).isEmpty();
  }

  @Test
  void noLimitIsNeverReachedAndALimitOfZeroIsFromTheStart() {
    assertThat(mails(check(plan(null, false), 9))).isEmpty();
    assertThat(mails(check(plan(0L, true), 9))).isEmpty();
  }

  private Decided<?> check(Plan plan, int items) {
    CheckLock command =
        new CheckLock(new LockKey(1, "k"), new Claim(60_000, 42, null, null, Claimants.FREE), null);
    return rows.run(
        new CheckStep(1, plan, new LockRules(60_000), Collections.nCopies(items, command)), NOW);
  }

  private Decided<?> acquire(Plan plan, String key) {
    AcquireLease command =
        new AcquireLease(
            new LeaseKey(1, key), new Claim(60_000, 42, null, null, Claimants.FREE), null, false);
    LeaseRules rules = new LeaseRules(60_000, Duration.ofDays(7).toMillis());
    return rows.run(new AcquireStep(plan, rules, command, null), NOW);
  }

  private static Plan plan(@Nullable Long limit, boolean hardStop) {
    return new Plan("free", limit, limit, hardStop, new TtlBounds(60, 3_600));
  }

  private static MailKey make(String limit) {
    return new MailKey(
        1, MailKey.Kind.PLAN_LIMIT, "limit of " + limit + " for automation (make)", HOUR);
  }

  private static List<MailKey> mails(Decided<?> decided) {
    return MapRows.keys(decided).stream()
        .filter(MailKey.class::isInstance)
        .map(MailKey.class::cast)
        .toList();
  }
}
