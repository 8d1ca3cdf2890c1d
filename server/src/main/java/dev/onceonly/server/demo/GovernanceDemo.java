package dev.onceonly.server.demo;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// The second part: what an agent does to the world. A tool call that is carried out once, one that
/// is blocked, a budget that ends, the kill switch, and a run of several calls with its timeline.
final class GovernanceDemo {
  private static final String AGENT = "support_bot";
  private static final String MAILER = "newsletter_bot";
  private static final String MAIL = "mail.send";
  private static final String RUN = "newsletter-june";
  private static final int RUN_ACTIONS = 3;

  private final DemoClient client;
  private final Story story;
  private final String url;

  GovernanceDemo(DemoClient client, Story story, String url) {
    this.client = client;
    this.story = story;
    this.url = url;
  }

  /// Plays it, with a tool of its own.
  void play() {
    try (EchoTool tool = new EchoTool()) {
      prepare(tool);
      once(tool);
      blocked(tool);
      budget(tool);
      killSwitch(tool);
      run(tool);
    }
    trace();
  }

  private void prepare(EchoTool tool) {
    story.chapter("An agent, a tool, and what the agent may do with it");
    JsonNode registered =
        client.post(
            "/v1/tools",
            Map.of(
                "name",
                MAIL,
                "scope_id",
                "global",
                "url",
                tool.url(),
                "auth",
                Map.of("type", "hmac_sha256", "secret", "demo-secret-of-the-mailer")));
    story.call("POST /v1/tools " + MAIL, registered);
    story.promise(
        "the tool is registered, and its secret is never shown again",
        registered.path("enabled").asBoolean(false)
            && registered.path("secret_mask").asString("").startsWith("***"));
    JsonNode policy =
        client.post(
            "/v1/policies/" + AGENT,
            Map.of(
                "allowed_tools", List.of("mail.*"),
                "blocked_tools", List.of("customers.delete"),
                "max_actions_per_hour", 100,
                "max_spend_usd_per_day", 1,
                "pricing_rules", List.of(Map.of("tool", MAIL, "price_usd", 0.3))));
    story.call("POST /v1/policies/" + AGENT + " (mails only, $0.30 each, $1 a day)", policy);
    story.promise("the policy is kept", policy.path("policy").has("max_spend_usd_per_day"));
  }

  private void once(EchoTool tool) {
    story.chapter("The agent sends a mail, and a retry asks for it again");
    JsonNode first = call("ada@example.org");
    story.call("POST /v1/ai/run " + AGENT + " " + MAIL, first);
    story.promise("it is executed, and the tool has answered", is(first, "executed", "ok"));
    JsonNode second = call("ada@example.org");
    story.call("POST /v1/ai/run, the same once more", second);
    story.promise(
        "the retry gets the stored answer",
        is(second, "dedup", "tool_idempotency")
            && second.path("result").equals(first.path("result")));
    story.promise("the tool was called once: " + tool.calls(), tool.calls() == 1);
  }

  private void blocked(EchoTool tool) {
    story.chapter("It tries to delete a customer");
    JsonNode answer = call(AGENT, "customers.delete", Map.of("customer", "c-7"));
    story.call("POST /v1/ai/run " + AGENT + " customers.delete", answer);
    story.promise("it is blocked, and told why", is(answer, "blocked", "tool_explicitly_blocked"));
    story.promise("nothing was called", tool.calls() == 1);
  }

  private void budget(EchoTool tool) {
    story.chapter("It goes on sending: $0.30 each, $1 a day");
    for (int i = 2; i <= 3; i++) {
      JsonNode answer = call("customer-" + i + "@example.org");
      story.promise("mail " + i + " is executed", is(answer, "executed", "ok"));
    }
    JsonNode fourth = call("customer-4@example.org");
    story.call("POST /v1/ai/run, the fourth mail", fourth);
    story.promise(
        "the fourth would cost more than the day's budget",
        is(fourth, "blocked", "max_spend_usd_per_day_exceeded"));
    story.promise("the tool was called three times: " + tool.calls(), tool.calls() == 3);
  }

  private void killSwitch(EchoTool tool) {
    story.chapter("Somebody throws the kill switch");
    JsonNode thrown =
        client.post("/v1/agents/" + MAILER + "/disable", Map.of("reason", "incident-123"));
    story.call("POST /v1/agents/" + MAILER + "/disable", thrown);
    story.promise(
        "the answer says what was stopped",
        !thrown.path("is_enabled").asBoolean(true) && thrown.has("stopped"));
    JsonNode answer = call(MAILER, MAIL, Map.of("to", "bob@example.org"));
    story.call("POST /v1/ai/run " + MAILER + " " + MAIL, answer);
    story.promise("from then on nothing begins", is(answer, "blocked", "agent_disabled"));
    story.promise("the tool was not called", tool.calls() == 3);
    JsonNode enabled = client.post("/v1/agents/" + MAILER + "/enable", Map.of());
    story.promise("until it is on again", enabled.path("is_enabled").asBoolean(false));
  }

  private void run(EchoTool tool) {
    story.chapter("A run of three mails in the background");
    int before = tool.calls();
    List<Object> actions =
        List.of(mailTo("ada@example.org"), mailTo("bob@example.org"), mailTo("eve@example.org"));
    JsonNode queued =
        client.post(
            "/v1/ai/run",
            Map.of(
                "key",
                RUN,
                "ttl",
                600,
                "metadata",
                Map.of("run_id", RUN, "agent_id", MAILER, "actions", actions)));
    story.call("POST /v1/ai/run " + RUN, queued);
    story.promise(
        "the server's worker owns it", queued.path("status").asString("").equals("acquired"));
    JsonNode result = client.get("/v1/ai/result?key=" + RUN + "&wait=30");
    story.call("GET /v1/ai/result?wait=30", result);
    story.promise(
        "it is completed, with what each action brought",
        result.path("status").asString("").equals("completed")
            && result.path("result").path("executed").asInt(0) == RUN_ACTIONS);
    story.promise(
        "the tool was called three times more, each with a key of its own",
        tool.calls() - before == RUN_ACTIONS && tool.keys() == tool.calls());
    JsonNode timeline = client.get("/v1/runs/" + RUN);
    int events = timeline.path("total").asInt(0);
    JsonNode last = timeline.path("events").path(events - 1);
    story.promise(
        "its timeline tells what happened, in " + events + " events",
        last.path("type").asString("").equals("run_finished")
            && last.path("status").asString("").equals("completed"));
  }

  private void trace() {
    story.chapter("What is left to look at");
    JsonNode logs = client.get("/v1/agents/" + AGENT + "/logs?limit=3");
    story.call("GET /v1/agents/" + AGENT + "/logs?limit=3, the newest first", logs);
    story.promise("every decision is in the audit log", logs.size() == 3);
    story.say("the run's timeline as a page: " + url + "/v1/runs/" + RUN);
    story.say("  (open it in a browser and sign in with the API key)");
  }

  private JsonNode call(String to) {
    return call(AGENT, MAIL, Map.of("to", to));
  }

  private JsonNode call(String agent, String tool, Map<String, Object> args) {
    return client.post("/v1/ai/run", Map.of("agent_id", agent, "tool", tool, "args", args));
  }

  private static Map<String, Object> mailTo(String to) {
    return Map.of("tool", MAIL, "args", Map.of("to", to));
  }

  private static boolean is(JsonNode answer, String decision, String reason) {
    return answer.path("decision").asString("").equals(decision)
        && answer.path("policy_reason").asString("").equals(reason);
  }
}
