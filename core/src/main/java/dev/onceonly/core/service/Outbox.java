package dev.onceonly.core.service;

import dev.onceonly.core.account.EmailAddress;
import dev.onceonly.core.account.Namespace;
import dev.onceonly.core.account.Namespace.Notifications;
import dev.onceonly.core.notify.MailKey;
import dev.onceonly.core.notify.MailQueries.Due;
import dev.onceonly.core.notify.MailRow;
import dev.onceonly.core.notify.MailTries;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.Passage;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.step.Step;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The mails that wait to be sent. Whoever sends one tells how it went; until then it stays due, so
/// a sender that dies in between sends it once more. Thread-safe.
public final class Outbox {
  private final Store store;
  private final Accounts accounts;

  public Outbox(Store store, Accounts accounts) {
    this.store = store;
    this.accounts = accounts;
  }

  /// How an attempt went.
  public enum Outcome {
    SENT,
    /// Not sent; it is tried again after a while, if that is still of use.
    FAILED,
    /// Never to be sent: nobody wants it.
    DROPPED,
    /// Never to be sent: its recipient is refused.
    REFUSED
  }

  /// What is to be tried now, oldest first.
  public List<Due> due(int limit) {
    return store.dueMails(store.now().toEpochMilli(), limit);
  }

  /// Whom the mail goes to: the namespace, with a usable address. Null where it is to be dropped,
  /// since the namespace does not want it, has no address, or the mail is a day old.
  public @Nullable Namespace recipient(Due mail) {
    for (Namespace namespace : accounts.namespaces()) {
      if (namespace.id() == mail.key().namespaceId()) {
        String email = namespace.email();
        boolean wanted =
            email != null
                && EmailAddress.isUsable(email)
                && wants(namespace.notifications(), mail.key().kind())
                && !MailTries.isTooLate(mail.row(), store.now().toEpochMilli());
        return wanted ? namespace : null;
      }
    }
    return null;
  }

  /// Keeps how an attempt went. Changes nothing where somebody else has done so since.
  ///
  /// @param mail as it was when it was taken
  /// @return the mail as it is kept now; empty where nothing was changed
  /// @throws dev.onceonly.core.Failure as [dev.onceonly.core.step.Lane#run]: the mail may still be
  ///   due
  public Optional<MailRow> settle(Due mail, Outcome outcome) {
    return store.run(new Settle(mail, outcome));
  }

  private static boolean wants(Notifications mails, MailKey.Kind kind) {
    return mails.email()
        && switch (kind) {
          case TOOL_ERROR -> mails.toolErrors();
          case RUN_FAILURE -> mails.runFailures();
          case PLAN_LIMIT -> true;
        };
  }

  private record Settle(Due seen, Outcome outcome) implements Step<Optional<MailRow>> {
    @Override
    public long namespaceId() {
      return seen.key().namespaceId();
    }

    @Override
    public Passage passage() {
      return Passage.FREE;
    }

    @Override
    public Collection<? extends RowKey<?>> reads(Instant now) {
      return List.of(seen.key());
    }

    @Override
    public Decided<Optional<MailRow>> decide(Rows rows, Instant now) {
      MailRow row = rows.get(seen.key());
      if (row == null || row.nextAtMs() == null || row.attempts() != seen.row().attempts()) {
        return Decided.unchanged(Optional.empty());
      }
      int tried = row.attempts() + 1;
      MailRow after =
          switch (outcome) {
            case SENT -> row.after(tried, null);
            case FAILED -> row.after(tried, MailTries.nextAtMs(row, tried, now.toEpochMilli()));
            case DROPPED, REFUSED -> row.after(row.attempts(), null);
          };
      List<Change<?>> changes = List.of(new Change<>(seen.key(), after));
      return new Decided<>(Optional.of(after), changes, List.of(), null);
    }
  }
}
