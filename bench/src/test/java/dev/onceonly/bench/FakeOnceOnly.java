package dev.onceonly.bench;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// As much of the product as the driver asks for, in maps.
final class FakeOnceOnly {
  private static final String ITEM_END = "\"ttl\":3600}";

  private final Set<String> locks = ConcurrentHashMap.newKeySet();
  private final Map<String, String> results = new ConcurrentHashMap<>();

  String answer(FakeServer.Request request) {
    String path = request.path();
    String body = request.body();
    if (path.startsWith("/v1/ai/result?key=")) {
      String result = results.get(path.substring(path.indexOf('=') + 1));
      return "{\"ok\":true,\"status\":\"completed\",\"result\":" + result + "}";
    }
    if (path.startsWith("/v1/policies/") || path.equals("/v1/tools")) {
      return "{\"enabled\":true}";
    }
    return switch (path) {
      case "/v1/check-lock" -> lock(body);
      case "/v1/check-lock/batch" -> batch(body);
      case "/v1/ai/lease" -> "{\"ok\":true,\"status\":\"acquired\",\"lease_id\":\"lease_7f3k\"}";
      case "/v1/ai/extend" -> "{\"ok\":true,\"status\":\"extended\",\"version\":2}";
      case "/v1/ai/complete" -> complete(body);
      case "/v1/ai/run" -> run(body);
      default -> "{\"status\":\"ok\"}";
    };
  }

  int locks() {
    return locks.size();
  }

  private String lock(String item) {
    String status = locks.add(field(item, "key")) ? "locked" : "duplicate";
    return "{\"success\":true,\"status\":\"" + status + "\",\"ttl\":3600,\"first_seen_at\":null}";
  }

  private String batch(String body) {
    StringBuilder answer = new StringBuilder("{\"items\":[");
    int at = body.indexOf('[') + 1;
    while (body.charAt(at) == '{') {
      int end = body.indexOf(ITEM_END, at) + ITEM_END.length();
      answer.append(lock(body.substring(at, end))).append(',');
      at = end + 1;
    }
    return answer.append("{}]}").toString();
  }

  /// Dispatches nothing: what is no dry run has no budget left.
  private static String run(String body) {
    boolean dryRun = body.contains("\"dry_run\":true");
    return "{\"ok\":true,\"decision\":\"" + (dryRun ? "dry_run" : "blocked") + "\"}";
  }

  private String complete(String body) {
    boolean held = field(body, "lease_id").equals("lease_7f3k");
    int start = body.indexOf("\"result\":") + 9;
    results.put(field(body, "key"), body.substring(start, body.length() - 1));
    return held ? "{\"ok\":true,\"status\":\"completed\"}" : "{\"detail\":\"lease_mismatch\"}";
  }

  private static String field(String json, String name) {
    int start = json.indexOf("\"" + name + "\":\"") + name.length() + 4;
    return json.substring(start, json.indexOf('"', start));
  }
}
