package dev.onceonly.server.demo;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// The main job end to end, against a real server process on an embedded database: a payment that
/// is made once, a lease that lives its whole life, and both still there after `kill -9`; then what
/// agents do with tools.
public final class Demo {
  private static final String PAYMENT = "payment:invoice:INV-123";
  private static final String CHAT = "support_chat:abc123";
  private static final String NEWSLETTER = "newsletter:may";

  private final Path data;
  private final String apiKey;
  private final String port;
  private final Story story;

  /// Prepares a demo.
  ///
  /// @param port 0 takes a free one
  public Demo(Path data, String apiKey, String port) {
    this.data = data;
    this.apiKey = apiKey;
    this.port = port;
    this.story = new Story(System.out);
  }

  /// What the demo leaves behind.
  ///
  /// @param broken promises that were not kept: 0
  public record Ending(ChildServer server, int broken) {}

  /// Plays it; the server of the second half is left running.
  public Ending play() {
    long lockedFence;
    String leaseId;
    ChildServer first = start();
    try (DemoClient client = new DemoClient(first.url(), apiKey)) {
      lockedFence = payment(client);
      chat(client);
      leaseId = leaveOpen(client);
    }
    story.chapter("kill -9 " + first.pid() + ", then the same data folder again");
    first.kill();
    ChildServer second = start();
    try (DemoClient client = new DemoClient(second.url(), apiKey)) {
      afterTheCrash(client, leaseId, lockedFence);
      new GovernanceDemo(client, story, second.url()).play();
    }
    return new Ending(second, story.broken());
  }

  private ChildServer start() {
    // Only with `dev` may a tool listen on this machine.
    Map<String, String> environment =
        Map.of("ONCEONLY_API_KEY", apiKey, "ONCEONLY_PORT", port, "ONCEONLY_DEV", "true");
    ChildServer server = ChildServer.start(data, environment);
    story.say("server " + server.pid() + " answers on " + server.url());
    return server;
  }

  private long payment(DemoClient client) {
    story.chapter("A payment, asked for twice");
    Map<String, Object> body = Map.of("key", PAYMENT, "ttl", 3_600);
    JsonNode first = client.post("/v1/check-lock", body);
    story.call("POST /v1/check-lock " + PAYMENT, first);
    story.promise("the first caller goes ahead", is(first, "locked"));
    JsonNode second = client.post("/v1/check-lock", body);
    story.call("POST /v1/check-lock " + PAYMENT + " (a retry, a loop, another agent)", second);
    story.promise(
        "the second one learns that it is a duplicate, and when the key was first seen",
        is(second, "duplicate") && second.path("first_seen_at").isString());
    return first.path("fence").asLong(0);
  }

  private void chat(DemoClient client) {
    story.chapter("A long-running chat: acquired, watched, extended, completed, read");
    JsonNode lease = client.post("/v1/ai/lease", Map.of("key", CHAT, "ttl", 600));
    story.call("agent 1: POST /v1/ai/lease " + CHAT, lease);
    story.promise("agent 1 owns it", is(lease, "acquired"));
    JsonNode polling = client.post("/v1/ai/lease", Map.of("key", CHAT, "ttl", 600));
    story.call("agent 2: POST /v1/ai/lease " + CHAT, polling);
    story.promise("agent 2 is told to poll", is(polling, "polling"));
    String leaseId = lease.path("lease_id").asString("");
    JsonNode extended =
        client.post("/v1/ai/extend", Map.of("key", CHAT, "lease_id", leaseId, "ttl", 1_800));
    story.call("agent 1: POST /v1/ai/extend, 30 minutes from now", extended);
    story.promise("the TTL counts again", is(extended, "extended"));
    JsonNode completed =
        client.post(
            "/v1/ai/complete",
            Map.of(
                "key", CHAT,
                "lease_id", leaseId,
                "result", Map.of("status", "resolved", "messages", 15)));
    story.call("agent 1: POST /v1/ai/complete", completed);
    JsonNode result = client.get("/v1/ai/result", CHAT);
    story.call("agent 2: GET /v1/ai/result", result);
    story.promise(
        "agent 2 reads what agent 1 found",
        is(result, "completed") && result.path("result").path("messages").asInt(0) == 15);
  }

  private String leaveOpen(DemoClient client) {
    story.chapter("A second lease, left open when the crash comes");
    JsonNode lease = client.post("/v1/ai/lease", Map.of("key", NEWSLETTER, "ttl", 3_600));
    story.call("POST /v1/ai/lease " + NEWSLETTER, lease);
    return lease.path("lease_id").asString("");
  }

  private void afterTheCrash(DemoClient client, String leaseId, long lockedFence) {
    JsonNode payment = client.post("/v1/check-lock", Map.of("key", PAYMENT, "ttl", 3_600));
    story.call("POST /v1/check-lock " + PAYMENT, payment);
    story.promise("the payment is still locked", is(payment, "duplicate"));
    JsonNode result = client.get("/v1/ai/result", CHAT);
    story.call("GET /v1/ai/result " + CHAT, result);
    story.promise("the result is still there", is(result, "completed"));
    JsonNode status = client.get("/v1/ai/status", NEWSLETTER);
    story.call("GET /v1/ai/status " + NEWSLETTER, status);
    story.promise(
        "the open lease still belongs to its owner",
        is(status, "in_progress") && status.path("lease_id").asString("").equals(leaseId));
    JsonNode finished =
        client.post(
            "/v1/ai/complete",
            Map.of("key", NEWSLETTER, "lease_id", leaseId, "result", Map.of("sent", 1_200)));
    story.call("the owner: POST /v1/ai/complete", finished);
    story.promise("and its owner can complete it", is(finished, "completed"));
    JsonNode later = client.post("/v1/check-lock", Map.of("key", PAYMENT + ":refund", "ttl", 60));
    story.promise(
        "fences go on growing (" + lockedFence + " before, " + later.path("fence") + " now)",
        later.path("fence").asLong(0) > lockedFence);
  }

  private static boolean is(JsonNode answer, String status) {
    return answer.path("status").asString("").equals(status);
  }

  /// Lines to paste into another terminal.
  public static List<String> pasteable(String url, String apiKey, Path data) {
    return List.of(
        "export ONCEONLY_URL=" + url,
        "export ONCEONLY_API_KEY=" + apiKey,
        "curl -s $ONCEONLY_URL/v1/check-lock -H \"Authorization: Bearer $ONCEONLY_API_KEY\" \\",
        "  -H 'Content-Type: application/json' -d '{\"key\":\"my-first-key\",\"ttl\":600}'",
        "curl -s $ONCEONLY_URL/v1/usage/all -H \"Authorization: Bearer $ONCEONLY_API_KEY\"",
        "./onceonly audit verify --data " + data + "   # walks the audit log's hash chains");
  }
}
