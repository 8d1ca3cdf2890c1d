package dev.onceonly.server.fault;

import dev.onceonly.server.fault.Acknowledged.Outcome;
import dev.onceonly.server.fault.Attempt.Act;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/// Several clients that ask a server for locks and leases as fast as it answers: new keys, and keys
/// that others have just asked for. Goes on over the server's restarts, with the same keys and the
/// same leases.
final class Load {
  private static final int CLIENTS = 6;

  /// Repeats are of one of the last this many keys.
  private static final int RECENT = 24;

  private static final long LOOK_MS = 100;

  private final List<String> apiKeys;
  private final Listener listener;
  private final SplittableRandom random;
  private final AtomicLongArray lastKeys;
  private final Queue<Acknowledged> held = new ConcurrentLinkedQueue<>();
  private List<Thread> clients = List.of();
  private volatile CountDownLatch awaited = new CountDownLatch(0);
  private volatile boolean stopping;

  /// Told what came of every attempt, on the client's thread. May throw what fails the test.
  interface Listener {
    /// About to be sent.
    void sending(Attempt attempt) throws IOException;

    void acknowledged(Attempt attempt, Acknowledged fact) throws IOException;

    /// Answered, but with something else than what was asked for.
    void refused(Attempt attempt, Answer answer);

    /// No whole answer came.
    void unanswered(Attempt attempt, IOException reason);
  }

  Load(List<String> apiKeys, long seed, Listener listener) {
    this.apiKeys = apiKeys;
    this.listener = listener;
    this.random = new SplittableRandom(seed);
    this.lastKeys = new AtomicLongArray(2 * apiKeys.size());
  }

  /// Lets the clients loose on a server.
  void start(int port) {
    stopping = false;
    List<Thread> started = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      SplittableRandom own = random.split();
      started.add(Thread.ofPlatform().name("client-" + i).start(() -> run(port, own)));
    }
    clients = started;
  }

  /// Waits for that many more acknowledged answers; less if all clients have ended.
  void await(int answers) throws InterruptedException {
    awaited = new CountDownLatch(answers);
    while (!awaited.await(LOOK_MS, TimeUnit.MILLISECONDS)
        && clients.stream().anyMatch(Thread::isAlive)) {}
  }

  /// Waits until every client has ended, because its server has.
  void join() throws InterruptedException {
    for (Thread client : clients) {
      client.join();
    }
  }

  /// Ends the clients after the answers that they are waiting for.
  void stop() throws InterruptedException {
    stopping = true;
    join();
  }

  private void run(int port, SplittableRandom own) {
    try (ApiClient client = new ApiClient(port, apiKeys)) {
      while (!stopping && ask(client, attempt(own))) {}
    } catch (IOException e) {
      throw new IllegalStateException("the listener could not take it", e);
    }
  }

  /// Asks once; false when the server is gone.
  private boolean ask(ApiClient client, Attempt attempt) throws IOException {
    long sentMs = System.currentTimeMillis();
    Answer answer;
    listener.sending(attempt);
    try {
      answer = client.send(attempt);
    } catch (IOException e) {
      listener.unanswered(attempt, e);
      return false;
    }
    Acknowledged fact = ApiClient.acknowledged(attempt, answer, sentMs);
    if (fact == null) {
      listener.refused(attempt, answer);
      return true;
    }
    listener.acknowledged(attempt, fact);
    if (fact.outcome() == Outcome.ACQUIRED || fact.outcome() == Outcome.EXTENDED) {
      held.add(fact);
    }
    awaited.countDown();
    return true;
  }

  private Attempt attempt(SplittableRandom own) {
    int dice = own.nextInt(100);
    Acknowledged mine = dice >= 65 ? held.poll() : null;
    if (mine == null) {
      boolean lock = dice < 45 || dice >= 90;
      Place place = place(lock ? Place.Kind.LOCK : Place.Kind.LEASE, own);
      return new Attempt(lock ? Act.CHECK : Act.ACQUIRE, place, null, attemptId(own));
    }
    Act act = dice < 75 ? Act.EXTEND : dice < 90 ? Act.COMPLETE : Act.FAIL;
    return new Attempt(act, mine.place(), mine.id(), null);
  }

  private Place place(Place.Kind kind, SplittableRandom own) {
    int namespace = own.nextInt(apiKeys.size());
    int counter = 2 * namespace + (kind == Place.Kind.LOCK ? 0 : 1);
    long number =
        own.nextInt(100) < 60
            ? lastKeys.incrementAndGet(counter)
            : Math.max(1, lastKeys.get(counter) - own.nextInt(RECENT));
    return Place.of(kind, namespace, number);
  }

  private static @Nullable String attemptId(SplittableRandom own) {
    return own.nextInt(3) == 0 ? Long.toHexString(own.nextLong()) : null;
  }
}
