package dev.onceonly.testkit;

import dev.onceonly.core.service.ToolDispatcher;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// Tools that do what a test tells them, behind a dispatcher that retries as the real one does,
/// without a pause. Thread-safe.
public final class ScriptedTools implements ToolDispatcher {
  private final List<Sent> sent = new CopyOnWriteArrayList<>();
  private volatile Tool tool = (_, _) -> new Reply.Answers("{\"n\":1}");
  private volatile Runnable meanwhile = () -> {};

  /// One attempt that has reached the tool or its door.
  public record Sent(Order order, int number) {}

  /// What the tool does at one attempt.
  @FunctionalInterface
  public interface Tool {
    Reply reply(Order order, int number);
  }

  /// How one attempt goes.
  public sealed interface Reply {
    record Answers(String json) implements Reply {}

    /// Certainly not done, and not tried again.
    record Refuses(int status) implements Reply {}

    /// Certainly not done, and tried again.
    record NotReached() implements Reply {}

    /// Perhaps done, and tried again.
    record Lost() implements Reply {}
  }

  /// From now on every tool does this.
  public void does(Tool all) {
    this.tool = all;
  }

  /// Every tool gives this reply.
  public void always(Reply reply) {
    does((_, _) -> reply);
  }

  /// What happens between the claim of the next call and its first attempt, once.
  public void beforeNextDispatch(Runnable meanwhile) {
    this.meanwhile = meanwhile;
  }

  /// Everything that was sent, in order.
  public List<Sent> sent() {
    return sent;
  }

  /// The idempotency keys that were seen, in order, with repeats.
  public List<String> keys() {
    return sent.stream().map(one -> one.order().idempotencyKey()).toList();
  }

  @Override
  public Outcome dispatch(Order order, Attempts attempts) {
    Runnable now = meanwhile;
    meanwhile = () -> {};
    now.run();
    boolean uncertain = order.attemptsBefore() > 0;
    Integer status = null;
    int number = order.attemptsBefore();
    while (number < 1 + order.row().delivery().maxRetries()) {
      if (!attempts.begin(number + 1)) {
        return new Outcome.Stopped(number, uncertain);
      }
      number++;
      Reply reply;
      try {
        sent.add(new Sent(order, number));
        reply = tool.reply(order, number);
      } finally {
        attempts.end();
      }
      switch (reply) {
        case Reply.Answers(var json) -> {
          return new Outcome.Executed(number, 200, json);
        }
        case Reply.Refuses(int refused) -> {
          return failure(number, refused, uncertain);
        }
        case Reply.NotReached() -> {}
        case Reply.Lost() -> uncertain = true;
      }
    }
    return failure(number, status, uncertain);
  }

  private static Outcome failure(int attempts, @Nullable Integer status, boolean uncertain) {
    return uncertain
        ? new Outcome.Unknown(attempts, status, "connection lost")
        : new Outcome.Failed(attempts, status, status == null ? "connection refused" : "refused");
  }
}
