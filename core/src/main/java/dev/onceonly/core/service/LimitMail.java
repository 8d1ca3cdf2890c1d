package dev.onceonly.core.service;

import dev.onceonly.core.account.Plan;
import dev.onceonly.core.notify.MailKey;
import dev.onceonly.core.notify.MailRow;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.usage.UsageDays;
import dev.onceonly.core.usage.UsageKind;
import java.time.Instant;

/// The mail that tells that a plan's monthly limit has been reached.
final class LimitMail {
  private LimitMail() {}

  static Change<MailRow> of(long namespaceId, Plan plan, UsageKind kind, Instant now) {
    String what = kind == UsageKind.MAKE ? "automation (make)" : "AI (ai)";
    String limit = "limit of " + UsageMeter.limit(plan, kind) + " for " + what;
    MailKey key = MailWriter.key(namespaceId, MailKey.Kind.PLAN_LIMIT, limit, now);
    String text =
        "The usage of "
            + UsageDays.monthName(now)
            + " has reached the "
            + limit
            + " of plan "
            + plan.name()
            + ". "
            + (plan.hardStop()
                ? "New requests of this kind are refused with status 402 until the month ends."
                : "Requests go on being served.");
    return MailWriter.unsent(key, text, now);
  }
}
