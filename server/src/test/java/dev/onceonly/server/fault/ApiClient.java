package dev.onceonly.server.fault;

import dev.onceonly.server.fault.Acknowledged.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Asks the API in the names of several namespaces, over one connection. What it stores with a
/// lease follows from the lease's id, so that it can be checked whoever finds it. Used by one
/// thread.
final class ApiClient implements AutoCloseable {
  private final WireClient wire;
  private final List<String> apiKeys;

  ApiClient(int port, List<String> apiKeys) {
    this.wire = new WireClient(port);
    this.apiKeys = apiKeys;
  }

  /// The result that a lease is completed with.
  static Map<String, Object> result(String leaseId) {
    return Map.of("of", leaseId, "text", "x".repeat(Math.floorMod(leaseId.hashCode(), 700)));
  }

  static String errorCode(String leaseId) {
    return "failed " + leaseId;
  }

  Answer send(Attempt attempt) throws IOException {
    Place place = attempt.place();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("key", place.key());
    String leaseId = attempt.leaseId() == null ? "" : attempt.leaseId();
    if (!leaseId.isEmpty()) {
      body.put("lease_id", leaseId);
    }
    String path =
        switch (attempt.act()) {
          case CHECK -> {
            body.put("ttl", place.ttlSeconds());
            yield "/v1/check-lock";
          }
          case ACQUIRE -> {
            body.put("ttl", place.ttlSeconds());
            body.put("retry_failed", true);
            body.put("metadata", Map.of("for", place.key()));
            yield "/v1/ai/lease";
          }
          case EXTEND -> {
            body.put("ttl", place.ttlSeconds());
            yield "/v1/ai/extend";
          }
          case COMPLETE -> {
            body.put("result", result(leaseId));
            yield "/v1/ai/complete";
          }
          case FAIL -> {
            body.put("error_code", errorCode(leaseId));
            yield "/v1/ai/fail";
          }
        };
    String attemptId = attempt.attemptId();
    return wire.post(
        key(place),
        path,
        body,
        attemptId == null ? Map.of() : Map.of("X-OnceOnly-Attempt-Id", attemptId));
  }

  /// What an answer has promised, or null for a refusal.
  static @Nullable Acknowledged acknowledged(Attempt attempt, Answer answer, long sentMs) {
    Outcome outcome = answer.status() == 200 ? outcome(answer.text("status")) : null;
    if (outcome == null) {
      return null;
    }
    String id =
        switch (attempt.act()) {
          case CHECK -> answer.text("lock_id");
          case ACQUIRE -> answer.text("lease_id");
          case EXTEND, COMPLETE, FAIL -> attempt.leaseId() == null ? "" : attempt.leaseId();
        };
    return new Acknowledged(
        outcome, attempt.place(), id, answer.number("version"), answer.number("fence"), sentMs);
  }

  private static @Nullable Outcome outcome(String status) {
    return switch (status) {
      case "locked" -> Outcome.LOCKED;
      case "duplicate" -> Outcome.DUPLICATE;
      case "acquired" -> Outcome.ACQUIRED;
      case "polling", "in_progress" -> Outcome.HELD;
      case "extended" -> Outcome.EXTENDED;
      case "completed" -> Outcome.COMPLETED;
      case "failed" -> Outcome.FAILED;
      default -> null;
    };
  }

  /// Checks many locks of one namespace at once; the answers in the same order.
  List<JsonNode> checkAll(List<Place> places) throws IOException {
    List<Map<String, Object>> items = new ArrayList<>();
    places.forEach(place -> items.add(Map.of("key", place.key(), "ttl", place.ttlSeconds())));
    Answer answer =
        wire.post(key(places.getFirst()), "/v1/check-lock/batch", Map.of("items", items));
    if (answer.status() != 200) {
      throw new IOException("a batch was refused: " + answer);
    }
    List<JsonNode> answers = new ArrayList<>();
    answer.body().path("items").forEach(answers::add);
    return answers;
  }

  Answer status(Place lease) throws IOException {
    return wire.get(key(lease), "/v1/ai/status?key=" + lease.key());
  }

  Answer status(Place lease, int waitSeconds) throws IOException {
    return wire.get(key(lease), "/v1/ai/status?key=" + lease.key() + "&wait=" + waitSeconds);
  }

  Answer result(Place lease) throws IOException {
    return wire.get(key(lease), "/v1/ai/result?key=" + lease.key());
  }

  private String key(Place place) {
    return apiKeys.get(place.namespace());
  }

  @Override
  public void close() {
    wire.close();
  }
}
