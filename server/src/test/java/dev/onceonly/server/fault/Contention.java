package dev.onceonly.server.fault;

import dev.onceonly.server.fault.Acknowledged.Outcome;
import dev.onceonly.server.fault.Attempt.Act;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A few clients that want the same few leases and locks, all of them brief, again and again: they
/// hold what they get for a while, extend it, give it back as failed so that the next may have it,
/// or forget it and come back late. What they are told goes into a ledger.
final class Contention {
  private static final int CLIENTS = 8;
  private static final int PLACES = 4;
  private static final int BRIEF = 8;
  private static final long HOLD_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(1_500);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final int port;
  private final Ledger ledger;
  private final AtomicInteger refusedLate = new AtomicInteger();
  private final List<Thread> clients = new ArrayList<>();
  private volatile boolean ending;

  Contention(int port, Ledger ledger) {
    this.port = port;
    this.ledger = ledger;
  }

  void begin(SplittableRandom random) {
    for (int i = 0; i < CLIENTS; i++) {
      SplittableRandom own = random.split();
      clients.add(Thread.ofVirtual().start(() -> run(own)));
    }
  }

  /// Waits until all clients have ended.
  void end() throws InterruptedException {
    ending = true;
    for (Thread client : clients) {
      client.join();
    }
  }

  /// How often somebody who no longer had a lease was told so.
  int refusedLate() {
    return refusedLate.get();
  }

  private void run(SplittableRandom own) {
    try (ApiClient client = new ApiClient(port, List.of(ServerProcess.API_KEY))) {
      while (!ending) {
        long number = (long) BRIEF * (1 + own.nextInt(PLACES));
        ask(client, new Attempt(Act.CHECK, Place.of(Place.Kind.LOCK, 0, number), null, null));
        own(client, Place.of(Place.Kind.LEASE, 0, number), own);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Tries to get a lease, and does something with it.
  private void own(ApiClient client, Place place, SplittableRandom own) throws IOException {
    Acknowledged got = ask(client, new Attempt(Act.ACQUIRE, place, null, null));
    if (got == null || got.outcome() != Outcome.ACQUIRED) {
      LockSupport.parkNanos(POLL_NANOS);
      return;
    }
    while (own.nextInt(3) > 0) {
      LockSupport.parkNanos(own.nextLong(HOLD_NANOS_MAX));
      if (ask(client, new Attempt(Act.EXTEND, place, got.id(), null)) == null) {
        return;
      }
    }
    LockSupport.parkNanos(own.nextLong(HOLD_NANOS_MAX));
    ask(client, new Attempt(Act.FAIL, place, got.id(), null));
  }

  /// Null where it was refused: as somebody who is late, or who was given what ran out before it
  /// was on disk.
  private @Nullable Acknowledged ask(ApiClient client, Attempt attempt) throws IOException {
    long sentMs = System.currentTimeMillis();
    if (attempt.act() == Act.FAIL) {
      ledger.doubt(attempt);
    }
    Answer answer = client.send(attempt);
    Acknowledged fact = ApiClient.acknowledged(attempt, answer, sentMs);
    if (fact != null) {
      ledger.acknowledged(fact);
      return fact;
    }
    boolean late = attempt.leaseId() != null && answer.status() == 409;
    if (!late && !answer.error().equals("overloaded")) {
      throw new IOException(attempt + " was answered by " + answer);
    }
    refusedLate.addAndGet(late ? 1 : 0);
    return null;
  }
}
