import dev.onceonly.sdk.CheckLockResult;
import dev.onceonly.sdk.OnceOnly;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** A webhook that the sender delivers five times at once, and the receiver processes once. */
public final class WebhookDedup {
  private static final int DELIVERIES = 5;

  private final OnceOnly onceOnly;
  private final List<String> processed = Collections.synchronizedList(new ArrayList<>());

  private WebhookDedup(OnceOnly onceOnly) {
    this.onceOnly = onceOnly;
  }

  public static void main(String[] arguments) throws Exception {
    // While OnceOnly is away, a delivery is refused and comes again later. The default, failOpen(true), would process
    // it unprotected.
    try (OnceOnly onceOnly = Story.client().failOpen(false).maxRetries(3).build()) {
      WebhookDedup shop = new WebhookDedup(onceOnly);
      shop.fiveDeliveries();
      shop.failureAtFirst();
    }
  }

  /** Answers what a receiver of webhooks would: "failed" asks the sender for another delivery. */
  private String receive(String eventId, Consumer<String> process) {
    // The sender's own id is the same in all deliveries of one event.
    CheckLockResult lock =
        onceOnly.checkLock(
            "webhook:" + eventId,
            o -> o.ttl(Duration.ofDays(1)).meta(Map.of("type", "order.paid")));
    if (lock.duplicate()) {
      return "duplicate";
    }
    try {
      process.accept(eventId);
    } catch (IllegalStateException e) {
      // Nothing has happened yet, so the next delivery may try.
      onceOnly.releaseLock(lock.key(), lock.lockId());
      return "failed";
    }
    return "processed";
  }

  private void fiveDeliveries() throws Exception {
    Story.title("Five deliveries of one webhook at once");
    String event = Story.unique("evt");
    CyclicBarrier start = new CyclicBarrier(DELIVERIES);
    Callable<String> delivery =
        () -> {
          start.await();
          return receive(event, processed::add);
        };
    ExecutorService sender = Executors.newFixedThreadPool(DELIVERIES);
    List<String> answers = new ArrayList<>();
    for (Future<String> answer : sender.invokeAll(Collections.nCopies(DELIVERIES, delivery))) {
      answers.add(answer.get());
    }
    sender.shutdown();
    Story.claim("one of them is processed", Collections.frequency(answers, "processed") == 1);
    Story.claim("four are duplicates", Collections.frequency(answers, "duplicate") == DELIVERIES - 1);
    Story.claim("the order was taken once", Collections.frequency(processed, event) == 1);
  }

  private void failureAtFirst() {
    Story.title("A webhook whose processing fails at first");
    String event = Story.unique("evt");
    Story.claim("the receiver asks for another delivery", receive(event, this::outOfOrder).equals("failed"));
    Story.claim("which is processed", receive(event, processed::add).equals("processed"));
    Story.claim("a third is a duplicate", receive(event, processed::add).equals("duplicate"));
    Story.claim("the order was taken once", Collections.frequency(processed, event) == 1);
  }

  private void outOfOrder(String eventId) {
    throw new IllegalStateException("the warehouse did not answer");
  }
}
