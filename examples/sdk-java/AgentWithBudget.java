import dev.onceonly.sdk.AgentMetrics;
import dev.onceonly.sdk.AiToolResult;
import dev.onceonly.sdk.OnceOnly;
import dev.onceonly.sdk.Policy;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** An agent that may search the web for 0.05 USD a day, at 0.02 USD a search: the third search is blocked. */
public final class AgentWithBudget {
  private static final List<String> SEARCHES = Collections.synchronizedList(new ArrayList<>());

  private AgentWithBudget() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    try (OnceOnly onceOnly = Story.client().build()) {
      tell(onceOnly, Story.unique("research_bot"), Story.unique("web_search"));
    }
    System.exit(0);
  }

  private static Map<String, ?> search(Map<?, ?> args, String idempotencyKey) {
    SEARCHES.add((String) args.get("query"));
    return Map.of("hits", 3);
  }

  private static void tell(OnceOnly onceOnly, String agent, String tool) throws IOException, InterruptedException {
    onceOnly
        .gov()
        .createTool(
            Map.of(
                "name", tool,
                "url", Story.serveTool(AgentWithBudget::search),
                "auth", Map.of("type", "hmac_sha256", "secret", "demo-secret-of-the-search")));

    Story.title("A budget of 0.05 USD a day");
    Policy policy =
        onceOnly
            .gov()
            .upsertPolicy(
                Map.of(
                    "agent_id", agent,
                    "allowed_tools", List.of(tool),
                    "max_spend_usd_per_day", new BigDecimal("0.05"),
                    // The price stands in the policy: it isn't left to the agent to say what it costs.
                    "pricing_rules",
                        List.of(Map.of("tool", tool, "price_usd", new BigDecimal("0.02")))));
    Story.claim("the policy is kept", isUsd("0.05", policy.maxSpendUsdPerDay()));

    Story.title("Three searches, at 0.02 USD each");
    List<String> decisions = new ArrayList<>();
    List<String> reasons = new ArrayList<>();
    for (String query : List.of("idempotency", "leases", "fencing tokens")) {
      AiToolResult outcome =
          onceOnly.ai().runTool(agent, tool, o -> o.args(Map.of("query", query)));
      Story.say(query + ": " + outcome.decision() + ", " + outcome.policyReason());
      decisions.add(outcome.decision());
      reasons.add(outcome.policyReason());
    }
    Story.claim("two are executed", decisions.equals(List.of("executed", "executed", "blocked")));
    Story.claim("the third is over the budget", reasons.get(2).equals("max_spend_usd_per_day_exceeded"));
    Story.claim("the search engine was asked twice", SEARCHES.equals(List.of("idempotency", "leases")));

    Story.title("A tool that the agent may not use");
    AiToolResult outcome =
        onceOnly.ai().runTool(agent, "delete_user", o -> o.args(Map.of("user", "ann")));
    Story.claim("is blocked, whatever it costs", outcome.policyReason().equals("tool_not_in_allowed_list"));

    Story.title("What the day came to");
    // The two bookings are exact; the figures for people follow within moments.
    Story.until(() -> onceOnly.gov().agentMetrics(agent).blockedActions() == 2);
    AgentMetrics metrics = onceOnly.gov().agentMetrics(agent);
    boolean counted = metrics.totalActions() == 2 && metrics.blockedActions() == 2;
    Story.claim("2 actions and 2 blocked ones", counted);
    Story.claim("for 0.04 USD", isUsd("0.04", metrics.totalSpendUsd()));
  }

  private static boolean isUsd(String expected, BigDecimal found) {
    return new BigDecimal(expected).compareTo(found) == 0;
  }
}
