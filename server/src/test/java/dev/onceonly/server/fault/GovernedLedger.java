package dev.onceonly.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// What callers of tools were told, over all lives of a server, and what has to be true of it.
/// Thread-safe.
final class GovernedLedger {
  private static final int CHECKED_AGAIN = 20;

  private final String apiKey;
  private final RecordingTool tool;
  private final Map<String, String> executed = new LinkedHashMap<>();
  private final Set<String> queued = new LinkedHashSet<>();
  private final Set<String> completed = new LinkedHashSet<>();
  private final List<String> unchecked = new ArrayList<>();
  private final List<String> surprises = new ArrayList<>();
  private boolean switchedOn = true;
  private boolean switchInDoubt;
  private int lost;

  GovernedLedger(String apiKey, RecordingTool tool) {
    this.apiKey = apiKey;
    this.tool = tool;
  }

  /// A client's server has gone while it was asked, or before.
  synchronized void serverGone() {
    lost++;
  }

  /// What a call was answered.
  synchronized void called(String agent, String job, Answer answer) {
    String said = answer.status() + " " + answer.text("decision");
    if (said.equals("200 executed")) {
      executed.put(job, answer.text("call_id"));
      unchecked.add(job);
    } else if (!isLate(answer)
        && (!said.equals("200 blocked") || agent.equals(GovernedLoad.FREE_AGENT))) {
      surprises.add(job + " of " + agent + " was answered by " + answer);
    }
  }

  /// Whether what a tool has done took longer to store than its caller waits: it is known later.
  private static boolean isLate(Answer answer) {
    return answer.error().equals("unknown_outcome")
        && answer.body().path("detail").path("call_id").isString();
  }

  /// What a run was answered when it was asked for.
  synchronized void queued(String key, Answer answer) {
    if (answer.text("status").equals("acquired")) {
      queued.add(key);
    } else {
      surprises.add(key + " was answered by " + answer);
    }
  }

  /// What a run whose lease has run out was answered when it was asked for once more.
  synchronized void askedAgain(String key, Answer answer) {
    if (!Set.of("acquired", "polling", "completed").contains(answer.text("status"))) {
      surprises.add(key + ", asked for again, was answered by " + answer);
    }
  }

  /// How it has ended.
  synchronized void ended(String key, JsonNode result) {
    boolean whole = result.path("result").path("executed").asInt(0) == GovernedLoad.STEPS;
    if (result.path("status").asString("").equals("completed") && whole) {
      completed.add(key);
    } else {
      surprises.add(key + " has ended as " + result);
    }
  }

  /// The switch of one agent is about to be turned.
  synchronized void turning() {
    switchInDoubt = true;
  }

  synchronized void turned(boolean on, Answer answer) {
    if (answer.status() == 200) {
      switchedOn = on;
      switchInDoubt = false;
    } else {
      surprises.add("a switch was answered by " + answer);
    }
  }

  /// What the first call after a switch was answered.
  synchronized void checkSwitch(boolean on, Answer answer) {
    boolean right = answer.text("decision").equals(on ? "executed" : "blocked");
    if (!right && !(on && isLate(answer))) {
      surprises.add("with the switch " + (on ? "on" : "off") + ", a call is answered by " + answer);
    }
  }

  /// Whatever was not as it must be while the server was alive.
  synchronized List<String> surprises() {
    return List.copyOf(surprises);
  }

  /// Looks, while no client asks, whether what was acknowledged since the last time is there, and
  /// some of what was acknowledged before.
  synchronized List<String> lost(int port) throws IOException {
    List<String> wrong = new ArrayList<>();
    try (WireClient wire = new WireClient(port)) {
      List<String> jobs = new ArrayList<>(unchecked);
      executed.keySet().stream().limit(CHECKED_AGAIN).forEach(jobs::add);
      for (String job : jobs) {
        Answer call = wire.get(apiKey, "/v1/calls/" + executed.get(job));
        if (!call.text("state").equals("executed")) {
          wrong.add(job + " was executed, and is found as " + call);
        }
      }
      unchecked.clear();
      for (String key : completed.stream().skip(Math.max(0, completed.size() - 5)).toList()) {
        if (!wire.get(apiKey, "/v1/ai/status?key=" + key).text("status").equals("completed")) {
          wrong.add(key + " was completed, and is not any more");
        }
      }
      Answer agent = wire.get(apiKey, "/v1/agents/" + GovernedLoad.SWITCHED_AGENT);
      boolean on = agent.body().path("is_enabled").asBoolean(true);
      if (!switchInDoubt && on != switchedOn) {
        wrong.add("the switch was turned " + (switchedOn ? "on" : "off") + "; found " + agent);
      }
      // Whatever came of the last turning, it is known now.
      switchedOn = on;
      switchInDoubt = false;
      BigDecimal spent = spent(wire, GovernedLoad.CAPPED_AGENT);
      if (spent.compareTo(BigDecimal.valueOf(GovernedLoad.CAP_USD)) > 0) {
        wrong.add("beyond the cap: " + spent);
      }
    }
    return wrong;
  }

  private BigDecimal spent(WireClient wire, String agent) throws IOException {
    JsonNode spent = wire.get(apiKey, "/v1/agents/" + agent).body().path("spend_usd_today");
    return spent.isNumber() ? spent.decimalValue() : BigDecimal.ZERO;
  }

  /// Once everything has settled, what is unknown by what the tool knows: every run has ended well,
  /// no effect had two keys, and the budget is what the tool has done, to the cent.
  ///
  /// @param sameDay whether all of it happened in the day that it is now
  synchronized void checkEnd(int port, boolean sameDay) throws IOException {
    try (WireClient wire = new WireClient(port)) {
      Await.until(() -> total(wire, "reserved") == 0);
      for (String key : queued) {
        JsonNode ended = wire.get(apiKey, "/v1/ai/result?key=" + key + "&wait=60").body();
        assertThat(ended.path("status").asString("")).as(key + ": " + ended).isEqualTo("completed");
      }
      resolve(wire);
      assertThat(tool.underTwoKeys()).isEmpty();
      long acted = tool.idempotencyKeys().size();
      assertThat(total(wire, "executed")).as("executed, as the tool has it").isEqualTo(acted);
      if (sameDay) {
        BigDecimal spent = BigDecimal.ZERO;
        for (String agent :
            List.of(
                GovernedLoad.FREE_AGENT, GovernedLoad.CAPPED_AGENT, GovernedLoad.SWITCHED_AGENT)) {
          spent = spent.add(spent(wire, agent));
        }
        assertThat(spent).isEqualByComparingTo(BigDecimal.valueOf(acted, 2));
      }
    }
  }

  private void resolve(WireClient wire) throws IOException {
    Set<String> acted = tool.idempotencyKeys();
    Answer unknown = wire.get(apiKey, "/v1/calls?state=unknown&limit=500");
    while (unknown.number("total") > 0) {
      for (JsonNode call : unknown.body().path("items")) {
        boolean done = acted.contains(call.path("idempotency_key").asString(""));
        String path = "/v1/calls/" + call.path("call_id").asString("") + "/resolve";
        Map<String, Object> word = Map.of("outcome", done ? "executed" : "failed");
        assertThat(wire.post(apiKey, path, word).status()).isEqualTo(200);
      }
      unknown = wire.get(apiKey, "/v1/calls?state=unknown&limit=500");
    }
  }

  private long total(WireClient wire, String state) {
    try {
      return wire.get(apiKey, "/v1/calls?limit=1&state=" + state).number("total");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Makes the tool and the capped agent's policy known to a server.
  void prepare(int port) throws IOException {
    try (WireClient wire = new WireClient(port)) {
      tool.register(wire, apiKey, 1);
      Map<String, Object> policy = Map.of("max_spend_usd_per_day", GovernedLoad.CAP_USD);
      String path = "/v1/policies/" + GovernedLoad.CAPPED_AGENT;
      assertThat(wire.post(apiKey, path, policy).status()).isEqualTo(200);
    }
  }

  @Override
  public synchronized String toString() {
    return "%d calls executed, %d of %d runs seen to their end, %d clients lost their server"
        .formatted(executed.size(), completed.size(), queued.size(), lost);
  }
}
