import dev.onceonly.sdk.AiResult;
import dev.onceonly.sdk.AiStatus;
import dev.onceonly.sdk.CheckedBiFunction;
import dev.onceonly.sdk.OnceOnly;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** A chat that takes longer than anybody knows: heartbeats keep its lease, and a second agent waits for the result. */
public final class LongChat {
  private final List<String> handled = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch atWork = new CountDownLatch(1);
  private final CountDownLatch mayEnd = new CountDownLatch(1);

  public static void main(String[] arguments) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (OnceOnly first = Story.client().build();
        OnceOnly second = Story.client().build()) {
      new LongChat().tell(first, second, threads);
    } finally {
      threads.shutdownNow();
    }
  }

  /** The long work. It knows nothing of leases. */
  private Map<String, Object> handle(String chatId, List<String> messages) throws InterruptedException {
    handled.add(chatId);
    atWork.countDown();
    mayEnd.await(60, TimeUnit.SECONDS);
    return Map.of("status", "resolved", "messages", messages.size());
  }

  /** Makes of it a function that runs once for each chat, whoever calls it. */
  private CheckedBiFunction<String, List<String>, AiResult, InterruptedException> withLease(OnceOnly client) {
    return client.idempotentAi(
        this::handle,
        o ->
            o.keyFunction(call -> "support_chat:" + call.get(0))
                // How soon another may take over when this one dies, not how long the work may take.
                .ttl(Duration.ofSeconds(10))
                .run(run -> run.extendEvery(Duration.ofSeconds(1))));
  }

  private void tell(OnceOnly firstAgent, OnceOnly secondAgent, ExecutorService threads) throws Exception {
    String chat = Story.unique("chat");
    String key = "support_chat:" + chat;
    List<String> messages = List.of("I can't sign in.", "It works now, thank you!");

    Story.title("The first agent takes the chat");
    Future<AiResult> firstResult = threads.submit(() -> withLease(firstAgent).apply(chat, messages));
    Story.claim("it is at work", atWork.await(30, TimeUnit.SECONDS));
    AiStatus status = secondAgent.ai().status(key);
    Story.claim("and all can see that", status.status().equals("in_progress"));
    long began = status.version();

    Story.title("The second agent is given the same chat");
    Future<AiResult> secondResult = threads.submit(() -> withLease(secondAgent).apply(chat, messages));
    boolean extended = Story.until(() -> secondAgent.ai().status(key).version() >= began + 2);
    Story.claim("the first one's heartbeats extend the lease", extended);
    Story.claim("the second waits, and does not begin", handled.size() == 1);

    Story.title("The first agent has done it");
    mayEnd.countDown();
    AiResult first = firstResult.get(60, TimeUnit.SECONDS);
    Map<String, Object> expected = Map.of("status", "resolved", "messages", messages.size());
    Story.claim("it has its result", first.isCompleted() && expected.equals(first.result()));
    AiResult second = secondResult.get(60, TimeUnit.SECONDS);
    Story.claim("the second has the same", first.result().equals(second.result()));
    AiResult later = withLease(secondAgent).apply(chat, messages);
    Story.claim("who asks later, too", first.result().equals(later.result()));
    Story.claim("the chat was handled once", handled.equals(List.of(chat)));
  }
}
