package dev.onceonly.server.fault;

import dev.onceonly.http.json.Json;
import dev.onceonly.server.fault.Acknowledged.Outcome;
import dev.onceonly.server.fault.Attempt.Act;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// Asks a server that has come back whether all that was acknowledged is there. What it answers is
/// acknowledged too.
final class Inspection {
  private static final int BATCH = 500;

  private final ApiClient client;
  private final Ledger ledger;
  private final List<String> lost = new ArrayList<>();

  Inspection(ApiClient client, Ledger ledger) {
    this.client = client;
    this.ledger = ledger;
  }

  /// What was found missing or changed.
  ///
  /// @param places where to look
  static List<String> lost(ApiClient client, Ledger ledger, Collection<Place> places)
      throws IOException {
    Inspection inspection = new Inspection(client, ledger);
    inspection.look(places);
    return inspection.lost;
  }

  private void look(Collection<Place> places) throws IOException {
    TreeMap<Integer, List<Place>> locks =
        places.stream()
            .filter(place -> place.kind() == Place.Kind.LOCK)
            .collect(Collectors.groupingBy(Place::namespace, TreeMap::new, Collectors.toList()));
    for (List<Place> ofNamespace : locks.values()) {
      for (int from = 0; from < ofNamespace.size(); from += BATCH) {
        lookAtLocks(ofNamespace.subList(from, Math.min(ofNamespace.size(), from + BATCH)));
      }
    }
    for (Place place : places) {
      if (place.kind() == Place.Kind.LEASE) {
        lookAtLease(place);
      }
    }
  }

  private void lookAtLocks(List<Place> places) throws IOException {
    long sentMs = System.currentTimeMillis();
    List<JsonNode> items = client.checkAll(places);
    for (int i = 0; i < places.size(); i++) {
      Place place = places.get(i);
      Attempt attempt = new Attempt(Act.CHECK, place, null, null);
      Answer answer = new Answer(200, Map.of(), items.get(i));
      Acknowledged fact = ApiClient.acknowledged(attempt, answer, sentMs);
      if (fact == null) {
        lost.add(place + " is neither locked nor free: " + items.get(i));
        continue;
      }
      if (!place.isBrief() && ledger.isKnown(place)) {
        lookAtLongLock(place, fact, answer);
      }
      ledger.acknowledged(fact);
    }
  }

  private void lookAtLongLock(Place place, Acknowledged fact, Answer answer) {
    if (fact.outcome() == Outcome.LOCKED) {
      lost.add(place + " was locked, and could be won again");
      return;
    }
    Long fence = ledger.lock(place).lastFence();
    long seen = Instant.parse(answer.text("first_seen_at")).getEpochSecond();
    if (fence != null && seen != fence / 1_000_000) {
      lost.add(place + " was won at fence " + fence + ", and is first seen at second " + seen);
    }
  }

  private void lookAtLease(Place place) throws IOException {
    long sentMs = System.currentTimeMillis();
    Answer answer = client.status(place);
    LeaseHistory.Found found =
        new LeaseHistory.Found(
            answer.text("status"),
            answer.text("lease_id"),
            answer.number("version"),
            answer.number("fence"),
            isWhole(place, answer));
    String wrong = ledger.lease(place).lost(found);
    if (wrong != null) {
      lost.add(wrong);
    }
    Acknowledged fact =
        ApiClient.acknowledged(new Attempt(Act.ACQUIRE, place, null, null), answer, sentMs);
    if (fact != null) {
      ledger.acknowledged(fact);
    }
  }

  private boolean isWhole(Place place, Answer status) throws IOException {
    String leaseId = status.text("lease_id");
    return switch (status.text("status")) {
      case "failed" -> status.text("error_code").equals(ApiClient.errorCode(leaseId));
      case "completed" ->
          client.result(place).body().path("result").equals(Json.tree(ApiClient.result(leaseId)));
      default -> true;
    };
  }
}
