package dev.onceonly.core.service;

import dev.onceonly.core.account.Plan;
import dev.onceonly.core.govern.CallDocument;
import dev.onceonly.core.govern.CallDocumentKey;
import dev.onceonly.core.govern.CallDocumentKey.Kind;
import dev.onceonly.core.govern.CallKey;
import dev.onceonly.core.govern.CallRow;
import dev.onceonly.core.govern.GovernQueries.CallPage;
import dev.onceonly.core.service.Claims.Adopted;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Takes up calls whose dispatcher is gone. Thread-safe.
final class CallSweep {
  private static final int PAGE = 64;
  private static final int PAGE_AT_START = 10_000;
  private static final int RELEASED_AT_ONCE = 256;

  private final Store store;
  private final Dispatches dispatches;
  private final Places places;
  private final ToolBody body;
  private final LongSupplier claims;
  private final LongFunction<Plan> plans;

  CallSweep(
      Store store,
      Dispatches dispatches,
      Places places,
      ToolBody body,
      LongSupplier claims,
      LongFunction<Plan> plans) {
    this.store = store;
    this.dispatches = dispatches;
    this.places = places;
    this.body = body;
    this.claims = claims;
    this.plans = plans;
  }

  /// Claims what has lapsed and hands the work on each to `runner`.
  ///
  /// @return how many were taken up
  int sweep(Consumer<Runnable> runner) {
    int taken = 0;
    for (CallPage.Found found : store.lapsedCalls(store.now().toEpochMilli(), PAGE)) {
      long namespaceId = found.key().namespaceId();
      if (!places.tryEnter(namespaceId)) {
        continue;
      }
      Runnable work = null;
      try {
        work = adopt(found.key(), found.row(), false);
      } finally {
        if (work == null) {
          places.leave(namespaceId);
        }
      }
      if (work != null) {
        taken++;
        runner.accept(leaving(namespaceId, work));
      }
    }
    return taken;
  }

  private Runnable leaving(long namespaceId, Runnable work) {
    return () -> {
      try {
        work.run();
      } finally {
        places.leave(namespaceId);
      }
    };
  }

  /// Claims one call.
  ///
  /// @return what is to be done with it; null where it is not ours
  private @Nullable Runnable adopt(CallKey key, CallRow seen, boolean restored) {
    CallDocument sent = store.get(new CallDocumentKey(key, Kind.BODY));
    String bodyJson = sent == null ? null : sent.json();
    Long fence = bodyJson == null ? null : body.fence(bodyJson);
    boolean inRun = fence != null;
    Adopted adopted = store.run(new Claims.Adopt(key, seen, claims.getAsLong(), inRun, restored));
    CallContext context = CallContext.of(key, seen, CallContext.SERVER, inRun);
    Dispatches.For whom = new Dispatches.For(context, plans.apply(key.namespaceId()), fence);
    return switch (adopted) {
      case Adopted.Gone() -> null;
      case Adopted.GiveUp(var row, var why) -> {
        Opened.Claimed call = claimed(key, row);
        yield () -> dispatches.settle(call, whom, Dispatches.unknown(why));
      }
      case Adopted.Again(var row, var tool, int attemptsBefore) -> {
        Opened.Work work = new Opened.Work(claimed(key, row), tool, bodyJson, attemptsBefore);
        yield () -> dispatches.carryOut(work, whom);
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
      Runnable work = adopt(found.key(), found.row(), true);
      if (work != null) {
        work.run();
        given++;
      }
    }
    return given;
  }
}
