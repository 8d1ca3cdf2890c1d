package dev.onceonly.core.service;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
import dev.onceonly.core.govern.CallId;
import dev.onceonly.core.govern.CallKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Writes down how dispatched calls ended until it is stored, and knows which calls this process
/// has in its hands: from their claim to then, nobody else here takes them up, however long the
/// store refuses and whatever has become of the claim's deadline. Asking again is safe, because a
/// settlement is a compare-and-set on the claim. Thread-safe; bounded by the places of dispatches,
/// each of which is kept until its call is stored.
final class Settler {
  private static final long LOOK_MS = 5;

  private final Consumer<Runnable> threads;
  private final BiConsumer<String, RuntimeException> trouble;
  private final StopSignal stop = new StopSignal();
  private final Patience patience = new Patience(stop);

  /// By the claim that holds each: a call is claimed anew after it was stored as unknown, and who
  /// had it before must not let it go for the next one.
  private final ConcurrentHashMap<CallKey, Long> inHand = new ConcurrentHashMap<>();

  private final AtomicInteger settling = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();

  /// @param threads runs every task at once, on a thread of its own
  /// @param trouble told of the first failure of each settlement: the call's id, and why
  Settler(Consumer<Runnable> threads, BiConsumer<String, RuntimeException> trouble) {
    this.threads = threads;
    this.trouble = trouble;
  }

  /// For what else is asked while a call is in hand.
  Patience patience() {
    return patience;
  }

  /// Takes a call that has just been claimed into this process's hands.
  void take(CallKey call, long claim) {
    inHand.put(call, claim);
  }

  /// As [#take], before it is claimed.
  ///
  /// @return false where another claim has it in hand: then nothing is taken
  boolean tryTake(CallKey call, long claim) {
    return inHand.putIfAbsent(call, claim) == null;
  }

  /// Lets a call go that was not dispatched after all, unless another claim has it by now.
  void drop(CallKey call, long claim) {
    inHand.remove(call, claim);
  }

  /// Calls in hand.
  int inHand() {
    return inHand.size();
  }

  /// Calls whose outcome is known and not stored yet.
  int settling() {
    return settling.get();
  }

  /// Those of them that the store has refused at least once.
  int refused() {
    return refused.get();
  }

  /// Stores an outcome, on another thread, until that is done.
  ///
  /// @param writing stores it, and tells what the caller is answered; asked until it does
  /// @param stored run once it is done, or given up because the server stops
  /// @param waitMs how long the caller waits; null for as long as it takes
  /// @throws Failure `UNKNOWN_OUTCOME` where the wait is over: it goes on behind
  CallAnswer.Decided settle(
      Opened.Claimed claimed,
      Supplier<CallAnswer.Decided> writing,
      Runnable stored,
      @Nullable Long waitMs) {
    CallKey call = claimed.key();
    CompletableFuture<Optional<CallAnswer.Decided>> answer = new CompletableFuture<>();
    settling.incrementAndGet();
    threads.accept(() -> {
      Optional<CallAnswer.Decided> told = Optional.empty();
      AtomicInteger refusals = new AtomicInteger();
      try {
        told = Optional.of(patience.insist(writing, why -> tellRefused(call, refusals, why)));
        drop(call, claimed.claim());
      } catch (Patience.Stopped _) {
        // It stays in hand: whoever stops the server is told of it.
      } finally {
        refused.addAndGet(-refusals.get());
        settling.decrementAndGet();
        stored.run();
        answer.complete(told);
      }
    });
    CompletableFuture<Optional<CallAnswer.Decided>> awaited =
        waitMs == null
            ? answer
            : answer.completeOnTimeout(Optional.empty(), waitMs, TimeUnit.MILLISECONDS);
    return awaited.join().orElseThrow(() -> unknownOutcome(call));
  }

  private void tellRefused(CallKey call, AtomicInteger refusals, RuntimeException why) {
    if (refusals.compareAndSet(0, 1)) {
      refused.incrementAndGet();
    }
    trouble.accept(CallId.of(call.number()), why);
  }

  private static Failure unknownOutcome(CallKey call) {
    return new Failure(
        ErrorCode.UNKNOWN_OUTCOME,
        "the call was made; how it ended is still being stored",
        Map.of("call_id", CallId.of(call.number())),
        1);
  }

  /// Waits until nothing is in hand, so long at most, and then gives up what is left.
  ///
  /// @return the ids of the calls that were left
  List<String> finish(long graceMs) {
    for (long waitedMs = 0; waitedMs < graceMs && !inHand.isEmpty(); waitedMs += LOOK_MS) {
      if (stop.await(LOOK_MS)) {
        break;
      }
    }
    stop.give();
    return inHand.keySet().stream().map(call -> CallId.of(call.number())).sorted().toList();
  }
}
