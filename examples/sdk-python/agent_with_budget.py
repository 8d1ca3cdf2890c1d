"""An agent that may search the web for 0.05 USD a day, at 0.02 USD a search: the third search is blocked."""

from onceonly import OnceOnly
from story import SERVER, claim, say, serve_tool, title, unique, until

searches = []


def search(args, idempotency_key):
    searches.append(args["query"])
    return {"hits": 3}


agent, tool = unique("research_bot"), unique("web_search")

with OnceOnly(**SERVER) as client:
    client.gov.create_tool({
        "name": tool,
        "url": serve_tool(search),
        "auth": {"type": "hmac_sha256", "secret": "demo-secret-of-the-search"},
    })

    title("A budget of 0.05 USD a day")
    policy = client.gov.upsert_policy({
        "agent_id": agent,
        "allowed_tools": [tool],
        "max_spend_usd_per_day": 0.05,
        # The price stands in the policy: it isn't left to the agent to say what it costs.
        "pricing_rules": [{"tool": tool, "price_usd": 0.02}],
    })
    claim("the policy is kept", policy.max_spend_usd_per_day == 0.05)

    title("Three searches, at 0.02 USD each")
    outcomes = []
    for query in ("idempotency", "leases", "fencing tokens"):
        outcome = client.ai.run_tool(agent_id=agent, tool=tool, args={"query": query})
        say(f"{query}: {outcome.decision}, {outcome.policy_reason}")
        outcomes.append(outcome)
    claim("two are executed", [o.decision for o in outcomes] == ["executed", "executed", "blocked"])
    claim("the third is over the budget", outcomes[2].policy_reason == "max_spend_usd_per_day_exceeded")
    claim("the search engine was asked twice", searches == ["idempotency", "leases"])

    title("A tool that the agent may not use")
    outcome = client.ai.run_tool(agent_id=agent, tool="delete_user", args={"user": "ann"})
    claim("is blocked, whatever it costs", outcome.policy_reason == "tool_not_in_allowed_list")

    title("What the day came to")
    # The two bookings are exact; the figures for people follow within moments.
    metrics = until(lambda: (m := client.gov.agent_metrics(agent)).blocked_actions == 2 and m)
    claim("2 actions and 2 blocked ones", bool(metrics) and metrics.total_actions == 2)
    claim("for 0.04 USD", metrics.total_spend_usd == 0.04)
