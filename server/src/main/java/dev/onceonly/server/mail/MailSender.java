package dev.onceonly.server.mail;

import dev.onceonly.core.Failure;
import dev.onceonly.core.account.Namespace;
import dev.onceonly.core.notify.MailKey;
import dev.onceonly.core.notify.MailQueries.Due;
import dev.onceonly.core.notify.MailRow;
import dev.onceonly.core.service.Accounts;
import dev.onceonly.core.service.Outbox;
import dev.onceonly.core.service.Outbox.Outcome;
import dev.onceonly.core.service.StopSignal;
import dev.onceonly.core.service.Store;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.CommitListener;
import dev.onceonly.core.step.Fact;
import dev.onceonly.server.config.MailSettings;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Sends what is due, on a thread of its own, one letter after the other: a slow or absent mail
/// server delays mails and nothing else. A mail is sent once, or once more where the process died
/// between the server's word and the commit of it; both then have the same message id.
public final class MailSender implements CommitListener, AutoCloseable {
  private static final Logger LOG = System.getLogger(MailSender.class.getName());
  private static final int ROUND_MAX = 50;
  private static final Duration GRACE = Duration.ofSeconds(2);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

  private final Outbox outbox;
  private final MailRoute route;
  private final Letters letters;
  private final BooleanSupplier mayMove;
  private final MailFigures figures;
  private final Semaphore news = new Semaphore(0);
  private final Thread thread;

  /// How mails went whose outcome could not be kept yet: they are not sent again by this process.
  private final Map<MailKey, Unkept> unkept = new HashMap<>();

  private final StopSignal stop = new StopSignal();

  private record Unkept(Due mail, Outcome outcome) {}

  /// @param mayMove false while nothing may be sent: the store is paused or takes no steps
  MailSender(
      Outbox outbox,
      MailRoute route,
      Letters letters,
      BooleanSupplier mayMove,
      MailFigures figures) {
    this.outbox = outbox;
    this.figures = figures;
    this.route = route;
    this.letters = letters;
    this.mayMove = mayMove;
    this.thread = Thread.ofVirtual().name("mail-sender").unstarted(this::loop);
  }

  /// Starts sending, or does nothing where the settings name no mail server.
  ///
  /// @param isPaused whether the store waits to be resumed after a restore
  /// @throws java.io.IOException where the file of the authorities can't be used
  public static @Nullable MailSender start(
      MailSettings settings,
      Store store,
      Accounts accounts,
      BooleanSupplier isPaused,
      MailFigures figures)
      throws IOException {
    if (settings.host() == null) {
      return null;
    }
    MailSender sender =
        new MailSender(
            new Outbox(store, accounts),
            new SmtpRoute(settings, SmtpTrust.of(settings.encryption().caFile())),
            new Letters(Objects.requireNonNull(settings.from())),
            () -> store.troubles() == null && !isPaused.getAsBoolean(),
            figures);
    store.listen(sender);
    sender.start();
    return sender;
  }

  void start() {
    thread.start();
  }

  /// Wakes the sender where a mail has been written.
  @Override
  public void committed(List<Change<?>> changes, List<Fact> facts) {
    for (Change<?> change : changes) {
      if (change.row() instanceof MailRow row && row.attempts() == 0 && row.nextAtMs() != null) {
        news.release();
        return;
      }
    }
  }

  private void loop() {
    sendUntilClosed();
    try {
      // What has been sent is sent again by the next start, unless it is kept now.
      keepAgain();
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "{0} mails may be sent once more: {1}", unkept.size(), e);
    }
  }

  private void sendUntilClosed() {
    while (!stop.isGiven()) {
      try {
        if (!mayMove.getAsBoolean() || round() < ROUND_MAX) {
          if (news.tryAcquire(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
            news.drainPermits();
          }
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        LOG.log(Level.WARNING, "mails are put off", e);
        // So that the fault is not met a thousand times a second.
        stop.await(LOOK_EVERY.toMillis());
      }
    }
  }

  /// Tries what is due now; for the sender's thread, or a test in its place.
  ///
  /// @return how many mails were due; where as many as a round takes, there may be more
  int round() {
    keepAgain();
    List<Due> due = outbox.due(ROUND_MAX);
    try (Delivery delivery = new Delivery()) {
      for (Due mail : due) {
        if (stop.isGiven()) {
          break;
        }
        if (!unkept.containsKey(mail.key())) {
          keep(mail, delivery.attempt(mail));
        }
      }
    }
    return due.size();
  }

  private void keepAgain() {
    for (Iterator<Unkept> left = unkept.values().iterator(); left.hasNext(); ) {
      Unkept mail = left.next();
      settle(mail.mail, mail.outcome);
      left.remove();
    }
  }

  private void keep(Due mail, Outcome outcome) {
    try {
      settle(mail, outcome);
    } catch (Failure e) {
      unkept.put(mail.key(), new Unkept(mail, outcome));
      throw e;
    }
  }

  private void settle(Due mail, Outcome outcome) {
    outbox.settle(mail, outcome).ifPresent(kept -> figures.settled(outcome, kept));
  }

  /// One round's connection: opened when the first letter needs it, and again after one that
  /// failed; where it can't be opened, the rest of the round fails at once.
  private final class Delivery implements AutoCloseable {
    private MailRoute.@Nullable Connection connection;
    private boolean isUnreachable;

    Outcome attempt(Due mail) {
      Namespace recipient = outbox.recipient(mail);
      if (recipient == null) {
        return Outcome.DROPPED;
      }
      if (isUnreachable) {
        return Outcome.FAILED;
      }
      try {
        connected().send(letters.write(recipient, mail));
        return Outcome.SENT;
      } catch (MailFailure e) {
        isUnreachable = connection == null;
        close();
        LOG.log(
            Level.WARNING,
            "a mail of kind {0} to namespace {1} was not sent, {2}: {3}",
            mail.key().kind(),
            recipient.name(),
            e.isFinal() ? "and never will be" : "attempt " + (mail.row().attempts() + 1),
            e.getMessage());
        return e.isFinal() ? Outcome.REFUSED : Outcome.FAILED;
      }
    }

    private MailRoute.Connection connected() throws MailFailure {
      MailRoute.Connection open = connection;
      if (open == null) {
        open = route.connect();
        connection = open;
      }
      return open;
    }

    @Override
    public void close() {
      MailRoute.Connection open = connection;
      connection = null;
      if (open != null) {
        open.close();
      }
    }
  }

  /// Stops. A letter on its way has a moment to arrive; then it is cut off, and tried again by the
  /// next start.
  @Override
  public void close() {
    stop.give();
    news.release();
    try {
      if (!thread.join(GRACE)) {
        thread.interrupt();
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
