package dev.onceonly.server.fault;

import dev.onceonly.server.fault.Acknowledged.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What was acknowledged about one lease, in whatever order the answers came: every answer carries
/// the key's version, which says when it was true.
final class LeaseHistory {
  /// How far this process's wall clock may be from the server's own clock.
  private static final long CLOCKS_APART_US = 1_000_000;

  private final Place place;
  private final Map<String, Grant> grants = new HashMap<>();

  /// One owner's lease.
  private static final class Grant {
    final String id;
    long firstVersion = Long.MAX_VALUE;
    long lastVersion;
    long fence;
    long heldFromUs;
    int timesWon;
    @Nullable Outcome ending;
    boolean failureInDoubt;

    Grant(String id) {
      this.id = id;
    }
  }

  /// A lease as it was found, over HTTP or in a store.
  ///
  /// @param status `in_progress`, `completed`, `failed` or `not_found`
  /// @param fence 0 where it was not said
  /// @param whole whether what belongs to its ending is there
  record Found(String status, String id, long version, long fence, boolean whole) {}

  LeaseHistory(Place place) {
    this.place = place;
  }

  void add(Acknowledged fact) {
    Grant grant = grant(fact.id());
    grant.firstVersion = Math.min(grant.firstVersion, fact.version());
    grant.lastVersion = Math.max(grant.lastVersion, fact.version());
    grant.fence = Math.max(grant.fence, fact.fence());
    switch (fact.outcome()) {
      case ACQUIRED -> {
        grant.timesWon++;
        grant.heldFromUs = Math.max(grant.heldFromUs, fact.fence());
      }
      case HELD -> grant.heldFromUs = Math.max(grant.heldFromUs, fact.fence());
      case EXTENDED -> grant.heldFromUs = Math.max(grant.heldFromUs, fact.sentMs() * 1_000);
      case COMPLETED, FAILED -> grant.ending = fact.outcome();
      case LOCKED, DUPLICATE -> throw new IllegalArgumentException("of a lock: " + fact);
    }
  }

  /// Somebody has asked for this and got no answer.
  void doubt(Attempt attempt) {
    if (attempt.act() == Attempt.Act.FAIL && attempt.leaseId() != null) {
      grant(attempt.leaseId()).failureInDoubt = true;
    }
  }

  private Grant grant(String id) {
    return grants.computeIfAbsent(id, Grant::new);
  }

  private List<Grant> inOrder() {
    return grants.values().stream()
        .filter(grant -> grant.lastVersion > 0)
        .sorted(Comparator.comparingLong(grant -> grant.lastVersion))
        .toList();
  }

  /// Grants that may not have been made.
  List<String> wonTwice() {
    List<String> wrong = new ArrayList<>();
    Grant before = null;
    for (Grant grant : inOrder()) {
      if (grant.timesWon > 1) {
        wrong.add(place + ": " + grant.id + " was acquired twice");
      }
      if (before != null) {
        if (grant.firstVersion <= before.lastVersion) {
          wrong.add(place + ": two owners at version " + grant.firstVersion);
        }
        if (grant.fence > 0 && grant.fence <= before.fence) {
          wrong.add(place + ": the fence fell to " + grant.fence + " from " + before.fence);
        }
        if (!mayFollow(before, grant.fence)) {
          wrong.add(place + ": " + grant.id + " was acquired while " + before.id + " held it");
        }
      }
      before = grant;
    }
    return wrong;
  }

  private boolean mayFollow(Grant before, long fence) {
    if (before.ending == Outcome.COMPLETED) {
      return false;
    }
    boolean failed = before.ending == Outcome.FAILED || before.failureInDoubt;
    boolean over = fence == 0 || fence >= before.heldFromUs + ttlUs() - CLOCKS_APART_US;
    return failed || (place.isBrief() && over);
  }

  private long ttlUs() {
    return place.ttlSeconds() * 1_000_000L;
  }

  /// Whether a lease that was found is what was acknowledged; null, or what is wrong.
  @Nullable String lost(Found found) {
    List<Grant> order = inOrder();
    if (order.isEmpty()) {
      return null;
    }
    Grant last = order.getLast();
    String wrong = wrong(last, found);
    return wrong == null ? null : place + ": " + wrong + "; found " + found;
  }

  private @Nullable String wrong(Grant last, Found found) {
    if (found.version < last.lastVersion) {
      return "the version fell from " + last.lastVersion;
    }
    if (!found.whole) {
      return "its ending is only half there";
    }
    if (found.version == last.lastVersion) {
      boolean expired = found.status.equals("not_found") && place.isBrief() && last.ending == null;
      boolean same = found.id.equals(last.id) && found.status.equals(status(last.ending));
      return expired || same ? null : "not " + status(last.ending) + " by " + last.id;
    }
    if (last.ending == Outcome.COMPLETED) {
      return "completed by " + last.id + ", and then changed";
    }
    boolean another = !found.id.isEmpty() && !found.id.equals(last.id);
    if (another && !mayFollow(last, found.fence)) {
      return "another has it while " + last.id + " holds it";
    }
    return found.fence > 0 && found.fence < last.fence ? "the fence fell from " + last.fence : null;
  }

  private static String status(@Nullable Outcome ending) {
    return ending == null ? "in_progress" : ending == Outcome.COMPLETED ? "completed" : "failed";
  }
}
