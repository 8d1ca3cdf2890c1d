"""What an agent may do: a policy, one from a template, an allowed call, a blocked one, a dry run, and why."""

from local_tool import LocalTool
from plain_client import Api, ApiError
from story import claim, say, title, unique

api = Api()
mailer = LocalTool(lambda args: (200, {"message_id": "m1", "to": args["to"]}))
agent, send_email, delete_user = unique("support_bot"), unique("send_email"), unique("delete_user")
auth = {"type": "hmac_sha256", "secret": "demo-secret-of-the-mailer"}
api.post("/tools", name=send_email, scope_id="global", url=mailer.url, auth=auth)

title("A policy")
policy = api.post(
    "/policies/" + agent,
    agent_id=agent,
    allowed_tools=[send_email, "create_ticket"],
    blocked_tools=[delete_user],
    max_actions_per_hour=100,
    max_spend_usd_per_day=50.0,
)
claim(f"it is kept, as version {policy['policy_version']}", policy["agent_id"] == agent)
claim("with what was given", policy["policy"]["max_actions_per_hour"] == 100)
claim("it can be read", api.get("/policies/" + agent)["policy"] == policy["policy"])

title("A policy from a template")
other = unique("new_support_bot")
templated = api.post(
    f"/policies/{other}/from-template", template="moderate", overrides={"blocked_tools": [delete_user]}
)
say(str(templated["policy"]))
claim("what is said replaces the template's fields", templated["policy"]["blocked_tools"] == [delete_user])
claim("the caps are the template's", templated["policy"]["max_actions_per_hour"] == 200)
agents = [one["agent_id"] for one in api.get("/policies")]
claim("both are in the list", agent in agents and other in agents)

title("Asking first")
would = api.post(f"/policies/{agent}/evaluate", tool=send_email, args={"to": "user@example.com"})
for check in would["checks"]:
    say(f"{'passed' if check['passed'] else 'failed'}: {check['check']}, {check['detail']}")
claim("the call would be executed", (would["allowed"], would["decision"]) == (True, "would_execute"))
dry = api.post("/ai/run", agent_id=agent, tool=send_email, args={"to": "user@example.com"}, dry_run=True)
claim("a dry run says so too", (dry["allowed"], dry["decision"]) == (True, "dry_run"))
claim("and nothing was sent", mailer.calls == [])

title("A governed call")
args = {"to": "user@example.com", "subject": "Hello", "run_id": unique("run_support")}
call = api.post("/ai/run", agent_id=agent, tool=send_email, args=args, spend_usd=0.001)
claim("it is allowed and executed", (call["ok"], call["allowed"], call["decision"]) == (True, True, "executed"))
claim("for a good reason, at a low risk", (call["policy_reason"], call["risk_level"]) == ("ok", "low"))
claim("and has the tool's answer", call["result"]["message_id"] == "m1")
again = api.post("/ai/run", agent_id=agent, tool=send_email, args=args, spend_usd=0.001)
claim("a repeat gets that answer again", (again["decision"], again["result"]) == ("dedup", call["result"]))
claim("the mail was sent once", mailer.calls == [args])

title("Calls that are not let through")
blocked = api.post("/ai/run", agent_id=agent, tool=delete_user, args={"user": "u1"})
claim("a blocked tool", (blocked["allowed"], blocked["policy_reason"]) == (False, "tool_explicitly_blocked"))
claim("is of high risk", blocked["risk_level"] == "high")
unlisted = api.post("/ai/run", agent_id=agent, tool="export_users", args={})
claim("a tool that is not on the list", unlisted["policy_reason"] == "tool_not_in_allowed_list")
claim("is of medium risk", unlisted["risk_level"] == "medium")
try:
    api.post("/ai/run", agent_id=agent, tool="create_ticket", args={})
    claim("a tool that is allowed, but not registered, is refused", False)
except ApiError as error:
    claim("a tool that is allowed, but not registered, is refused", error.detail["error"] == "tool_not_found")

title("What the agent did")
logs = api.get(f"/agents/{agent}/logs", limit=100)
for row in logs:
    say(f"{row['decision']}: {row['tool'].split('_')[0]}…, {row['policy_reason']}, {row['risk_level']}")
claim("every decision is in its log, the newest first", logs[0]["policy_reason"] == "tool_not_in_allowed_list")
metrics = api.get(f"/agents/{agent}/metrics", period="day")
claim(
    f"{metrics['total_actions']} were let through, {metrics['blocked_actions']} blocked",
    metrics["total_actions"] >= 1 and metrics["blocked_actions"] >= 2,
)
claim(f"for {metrics['total_spend_usd']} USD", metrics["total_spend_usd"] == 0.001)
