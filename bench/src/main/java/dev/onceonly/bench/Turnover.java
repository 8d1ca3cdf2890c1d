package dev.onceonly.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/// Makes new things of every kind that a server remembers for a while, in fixed shares: locks and
/// leases that run out after the shortest time there is, governed calls of old agents and of agents
/// that were never seen before, keyed runs, events; and reads lists of them.
final class Turnover implements Workload {
  /// Slow enough to run beside other work.
  static final double PER_SECOND = 300;

  private static final int TTL_SECONDS = 10;
  private static final String OLD_AGENT = "turnover";

  private final RandomKeys keys;
  private final String toolUrl;
  private int scripts;

  Turnover(String toolUrl, SplittableRandom random) {
    this.toolUrl = toolUrl;
    this.keys = new RandomKeys(random);
  }

  /// A request, how many of its slots take the new key, and the right answers.
  private record Ask(RequestTemplate template, int slots, Predicate<Response> right) {}

  @Override
  public void prepare(Endpoint endpoint) throws IOException, InterruptedException {
    try (Preparation preparation = new Preparation(endpoint)) {
      preparation.tool(GovernedCalls.TOOL, toolUrl);
    }
  }

  @Override
  public Script script(Endpoint endpoint) {
    List<Ask> asks = asks(endpoint);
    // Connections begin in different places, so that the shares hold at any time.
    Collections.rotate(asks, scripts++);
    return new Cycle(asks, keys);
  }

  /// Twenty requests: one in twenty makes an agent, so that an hour stays below a namespace's
  /// bound.
  private static List<Ask> asks(Endpoint endpoint) {
    String key = RequestTemplate.keySlot();
    String claim = "{\"key\":\"" + key + "\",\"ttl\":" + TTL_SECONDS + "}";
    Ask lock =
        new Ask(
            RequestTemplate.post(endpoint, "/v1/check-lock", claim), 1, StatusWord.LOCKED::isIn);
    Ask lease =
        new Ask(
            RequestTemplate.post(endpoint, "/v1/ai/lease", claim), 1, StatusWord.ACQUIRED::isIn);
    String action = "\"tool\":\"" + GovernedCalls.TOOL + "\",\"args\":{\"n\":\"" + key + "\"}";
    Ask oldAgentsCall = call(endpoint, OLD_AGENT, action, 1);
    Ask newAgentsCall = call(endpoint, key, action, 2);
    Ask run =
        new Ask(
            RequestTemplate.post(
                endpoint,
                "/v1/ai/run",
                "{\"key\":\"%s\",\"ttl\":60,\"metadata\":{\"agent_id\":\"%s\",\"actions\":[{%s}]}}"
                    .formatted(key, OLD_AGENT, action)),
            2,
            StatusWord.ACQUIRED::isIn);
    Ask event =
        new Ask(
            RequestTemplate.post(
                endpoint, "/v1/events", "{\"run_id\":\"" + key + "\",\"type\":\"note\"}"),
            1,
            Turnover::isOk);
    Ask status =
        new Ask(RequestTemplate.get(endpoint, "/v1/ai/status?key=" + key), 1, Turnover::isOk);
    Ask runs = new Ask(RequestTemplate.get(endpoint, "/v1/runs?limit=20"), 0, Turnover::isOk);
    Ask feed = new Ask(RequestTemplate.get(endpoint, "/v1/events?limit=20"), 0, Turnover::isOk);
    List<Ask> asks = new ArrayList<>();
    asks.addAll(List.of(lock, lease, lock, oldAgentsCall, status, lock, event, lease, lock, run));
    asks.addAll(
        List.of(
            lock,
            lease,
            oldAgentsCall,
            status,
            runs,
            lock,
            event,
            newAgentsCall,
            oldAgentsCall,
            feed));
    return asks;
  }

  private static Ask call(Endpoint endpoint, String agent, String action, int slots) {
    String body = "{\"agent_id\":\"" + agent + "\"," + action + "}";
    return new Ask(
        RequestTemplate.post(endpoint, "/v1/ai/run", body), slots, StatusWord.EXECUTED::isIn);
  }

  private static boolean isOk(Response response) {
    return response.status() == 200;
  }

  /// One connection's requests, over and over.
  private static final class Cycle implements Script {
    private final List<Ask> asks;
    private final RandomKeys keys;
    private final byte[] key = new byte[RandomKeys.LENGTH];
    private int sent;

    Cycle(List<Ask> asks, RandomKeys keys) {
      this.asks = asks;
      this.keys = keys;
    }

    @Override
    public ByteBuffer next() {
      Ask ask = asks.get(sent++ % asks.size());
      keys.write(key, 0);
      for (int slot = 0; slot < ask.slots; slot++) {
        ask.template.fill(slot, key);
      }
      return ask.template.ready();
    }

    @Override
    public boolean accepts(Response response) {
      return asks.get((sent - 1) % asks.size()).right.test(response);
    }
  }
}
