package dev.onceonly.core.service;

import dev.onceonly.core.lease.LeaseRow;
import dev.onceonly.core.lease.LeaseRules;
import dev.onceonly.core.run.ActionEnd;
import dev.onceonly.core.run.ActionRow;
import dev.onceonly.core.run.TaskKey;
import dev.onceonly.core.run.TaskRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a worker does to keyed runs, one durable step each. Thread-safe. Throws the failures of
/// [dev.onceonly.core.step.Lane#run]; asking again after one does no harm.
public final class RunWork {
  /// A claim that is not renewed lapses after this time.
  public static final long CLAIM_MS = 30_000;

  /// Runs kept alive by one step.
  private static final int KEPT_MAX = 256;

  private final Store store;
  private final LeaseRules rules;
  private final boolean alone;

  /// Wires the service.
  ///
  /// @param alone whether no other process works on this store: then every claim of a former one
  ///   has lapsed, whatever its time
  public RunWork(Store store, LeaseRules rules, boolean alone) {
    this.store = store;
    this.rules = rules;
    this.alone = alone;
  }

  /// What came of a claim.
  public sealed interface ClaimResult {

    /// It is the worker's.
    record Claimed(Work work) implements ClaimResult {}

    /// Another worker has it.
    record Taken() implements ClaimResult {}

    /// It is over, or another run by now.
    record Gone() implements ClaimResult {}
  }

  /// A run that is this worker's until it ends, is released, or is lost.
  ///
  /// @param claim random, so that nobody speaks with an earlier one
  /// @param lease as it was when claimed; its grant stays
  /// @param actions all of them, with those that are done
  public record Work(
      TaskKey key, long claim, TaskRow task, LeaseRow lease, List<ActionRow> actions) {}

  /// An action that has ended, to be recorded.
  ///
  /// @param index from 0
  public record Ended(int index, ActionEnd how) {}

  /// What follows.
  public sealed interface Next {

    /// This action starts.
    ///
    /// @param index from 0
    record Begin(int index) implements Next {}

    /// The run is done.
    record Complete(RunDocuments.Document result, String dataJson) implements Next {}

    /// The run has failed.
    ///
    /// @param mail what happened, in plain words
    record Fail(String errorCode, String dataJson, String mail) implements Next {}

    /// The run waits again, for any worker.
    record Release() implements Next {}
  }

  /// Claims a run as it was last heard of.
  public ClaimResult claim(TaskKey key, TaskRow seen, long claim) {
    return store.run(new ClaimStep(rules, new ClaimStep.Asked(key, seen, claim, alone)));
  }

  /// Records how an action ended, if one has, and what follows, in one step.
  ///
  /// @return false where the run is no longer this worker's: nothing follows, yet what ended is
  ///   recorded all the same
  public boolean advance(Work work, @Nullable Ended ended, Next next) {
    return store.run(new AdvanceStep(rules, work, ended, next));
  }

  /// What is renewed in one step each: runs of one namespace, a bounded number of them.
  public static List<List<RunQueue.Open>> pieces(List<RunQueue.Open> due) {
    Map<Long, List<RunQueue.Open>> byNamespace = new HashMap<>();
    due.forEach(open ->
        byNamespace.computeIfAbsent(open.key().namespaceId(), _ -> new ArrayList<>()).add(open));
    List<List<RunQueue.Open>> pieces = new ArrayList<>();
    for (List<RunQueue.Open> all : byNamespace.values()) {
      for (int from = 0; from < all.size(); from += KEPT_MAX) {
        pieces.add(List.copyOf(all.subList(from, Math.min(all.size(), from + KEPT_MAX))));
      }
    }
    return pieces;
  }

  /// Renews claims and leases before they end, of running runs and of waiting ones. What has ended
  /// meanwhile is left alone. Needs no reader, and no room in a queue that others can fill.
  ///
  /// @param piece one of [#pieces(List)]
  public void keep(List<RunQueue.Open> piece) {
    store.run(new KeepStep(piece.getFirst().key().namespaceId(), rules, piece));
  }
}
