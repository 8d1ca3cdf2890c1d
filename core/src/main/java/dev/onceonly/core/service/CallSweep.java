package dev.onceonly.core.service;

import dev.onceonly.core.Failure;
import dev.onceonly.core.account.Plan;
import dev.onceonly.core.govern.CallDocument;
import dev.onceonly.core.govern.CallDocumentKey;
import dev.onceonly.core.govern.CallDocumentKey.Kind;
import dev.onceonly.core.govern.CallId;
import dev.onceonly.core.govern.CallKey;
import dev.onceonly.core.govern.CallRow;
import dev.onceonly.core.govern.GovernQueries.CallPage;
import dev.onceonly.core.service.Claims.Adopted;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Takes up calls whose dispatcher is gone. Thread-safe.
final class CallSweep {
  private static final int PAGE = 64;
  private static final int PAGE_AT_START = 10_000;
  private static final int RELEASED_AT_ONCE = 256;

  /// A start does not hang on a store that refuses: it fails.
  private static final long START_WAIT_MS = 10_000;

  private final Store store;
  private final Dispatches dispatches;
  private final Places places;
  private final Parts parts;

  /// What the sweep needs beside that.
  ///
  /// @param claims makes claims, none of them 0
  record Parts(
      ToolBody body,
      LongSupplier claims,
      LongFunction<Plan> plans,
      BiConsumer<String, RuntimeException> trouble) {}

  CallSweep(Store store, Dispatches dispatches, Places places, Parts parts) {
    this.store = store;
    this.dispatches = dispatches;
    this.places = places;
    this.parts = parts;
  }

  /// Hands each call whose claim has lapsed to `runner`, which waits in line for a place as callers
  /// do. What this process has in its hands is not looked at: its outcome is known here, or will
  /// be.
  ///
  /// @return how many were taken up until now: all, where the runner runs them at once
  int sweep(Consumer<Runnable> runner) {
    AtomicInteger taken = new AtomicInteger();
    Settler settler = dispatches.settler();
    int limit = PAGE + settler.inHand();
    for (CallPage.Found found : store.lapsedCalls(store.now().toEpochMilli(), limit)) {
      long claim = parts.claims.getAsLong();
      if (settler.tryTake(found.key(), claim)) {
        runner.accept(() -> takeUp(found, claim, taken));
      }
    }
    return taken.get();
  }

  /// Carries out one call that has just been taken into hand.
  private void takeUp(CallPage.Found found, long claim, AtomicInteger taken) {
    CallKey key = found.key();
    boolean carriedOut = false;
    try (Places.Hold place = places.hold(key.namespaceId())) {
      Work work = place.enter() ? adopt(found, claim, false) : null;
      if (work != null) {
        carriedOut = true;
        taken.incrementAndGet();
        work.carryOut(place.handOver());
      }
    } catch (Failure failure) {
      parts.trouble.accept(CallId.of(key.number()), failure);
    } finally {
      if (!carriedOut) {
        dispatches.settler().drop(key, claim);
      }
    }
  }

  /// What is to be done with a call that was claimed.
  @FunctionalInterface
  private interface Work {
    void carryOut(Runnable over);
  }

  /// Claims one call.
  ///
  /// @param claim by which it is in hand
  ///
  /// @return what is to be done with it; null where it is not ours
  private @Nullable Work adopt(CallPage.Found found, long claim, boolean restored) {
    CallKey key = found.key();
    CallRow seen = found.row();
    CallDocument sent = store.get(new CallDocumentKey(key, Kind.BODY));
    String bodyJson = sent == null ? null : sent.json();
    Long fence = bodyJson == null ? null : parts.body.fence(bodyJson);
    boolean inRun = fence != null;
    Adopted adopted = store.run(new Claims.Adopt(key, seen, claim, inRun, restored));
    CallContext context = CallContext.of(key, seen, CallContext.SERVER, inRun);
    Plan plan = parts.plans.apply(key.namespaceId());
    Long waitMs = restored ? (Long) START_WAIT_MS : null;
    Dispatches.For whom = new Dispatches.For(context, plan, fence, waitMs);
    return switch (adopted) {
      case Adopted.Gone() -> null;
      case Adopted.GiveUp(var row, var why) -> {
        Opened.Claimed call = claimed(key, row);
        yield over -> dispatches.settle(call, whom, Dispatches.unknown(why), over);
      }
      case Adopted.Again(var row, var tool, int attemptsBefore) -> {
        Opened.Work work = new Opened.Work(claimed(key, row), tool, bodyJson, attemptsBefore);
        yield over -> dispatches.carryOut(work, whom, over);
      }
    };
  }

  /// By which policy it was decided is in its first audit entry.
  private Opened.Claimed claimed(CallKey key, CallRow row) {
    return new Opened.Claimed(key, row, null, store.now().toEpochMilli());
  }

  /// Lets go of what an earlier process has left in flight, so that the next sweep takes it up at
  /// once. Only where no other process has the store.
  int releaseAll() {
    List<CallKey> open =
        store.lapsedCalls(Long.MAX_VALUE, PAGE_AT_START).stream().map(CallPage.Found::key).toList();
    int released = 0;
    for (int from = 0; from < open.size(); from += RELEASED_AT_ONCE) {
      int to = Math.min(open.size(), from + RELEASED_AT_ONCE);
      released += store.run(new Claims.Release(open.subList(from, to)));
    }
    return released;
  }

  /// Settles everything in flight as unknown.
  int giveUpAll() {
    int given = 0;
    for (CallPage.Found found : store.lapsedCalls(Long.MAX_VALUE, PAGE_AT_START)) {
      Work work = adopt(found, parts.claims.getAsLong(), true);
      if (work != null) {
        work.carryOut(() -> {});
        given++;
      }
    }
    return given;
  }
}
