package dev.onceonly.server.fault;

import dev.onceonly.server.fault.Attempt.Act;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Enters what clients are told into a ledger, and keeps what they are not given. Thread-safe.
final class Observer implements Load.Listener {
  final Ledger ledger = new Ledger();
  private final List<Refused> refused = new ArrayList<>();
  private final List<Unanswered> unanswered = new ArrayList<>();
  private long grantsAsked;

  record Refused(Attempt attempt, Answer answer) {}

  record Unanswered(Attempt attempt, IOException reason) {}

  @Override
  public void sending(Attempt attempt) {
    if (attempt.act() == Act.FAIL) {
      ledger.doubt(attempt);
    }
  }

  @Override
  public synchronized void acknowledged(Attempt attempt, Acknowledged fact) {
    if (attempt.act() == Act.CHECK || attempt.act() == Act.ACQUIRE) {
      grantsAsked++;
    }
    ledger.acknowledged(fact);
  }

  /// How many locks and leases were asked for and the answer came, whatever it was.
  synchronized long grantsAsked() {
    return grantsAsked;
  }

  @Override
  public synchronized void refused(Attempt attempt, Answer answer) {
    boolean ranOut = attempt.place().isBrief() && answer.status() == 409;
    if (!ranOut) {
      refused.add(new Refused(attempt, answer));
      notifyAll();
    }
  }

  @Override
  public synchronized void unanswered(Attempt attempt, IOException reason) {
    ledger.doubt(attempt);
    unanswered.add(new Unanswered(attempt, reason));
  }

  /// Waits until that many answers were refusals. What a brief lease's former owner is told does
  /// not count.
  synchronized void awaitRefused(int count) throws InterruptedException {
    while (refused.size() < count) {
      wait();
    }
  }

  synchronized List<Refused> refused() {
    return List.copyOf(refused);
  }

  synchronized List<Unanswered> unanswered() {
    return List.copyOf(unanswered);
  }
}
