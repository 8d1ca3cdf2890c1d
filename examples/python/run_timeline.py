"""A run in the background and its timeline, with events of one's own, as JSON and as a page."""

from local_tool import LocalTool
from plain_client import Api
from story import claim, say, title, unique, until

api = Api()
mailer = LocalTool()
agent, tool = unique("support_bot"), unique("send_email")
auth = {"type": "hmac_sha256", "secret": "demo-secret-of-the-mailer"}
api.post("/tools", name=tool, scope_id="global", url=mailer.url, auth=auth)

title("A keyed run")
key, run_id = unique("support_chat"), unique("run_support")
actions = [{"tool": tool, "args": {"to": to}} for to in ("ada@example.org", "bob@example.org")]
metadata = {"run_id": run_id, "agent_id": agent, "actions": actions}
run = api.post("/ai/run", key=key, ttl=1800, metadata=metadata)
say(f"{run['status']} {run['lease_id']} version {run['version']}")
claim("it is queued", run["status"] == "acquired" and run["charged"] == 1)
final = api.get("/ai/result", key=key, wait=10)
claim("its result is there when it is done", final["status"] == "completed" and final["error_code"] is None)
claim("with what each action brought", [step["decision"] for step in final["result"]["results"]] == ["executed"] * 2)
again = api.post("/ai/run", key=key, ttl=1800, metadata=metadata)
claim("who asks again is told that it is done", (again["status"], again["charged"]) == ("completed", 0))
claim("each mail was sent once", sorted(args["to"] for args in mailer.calls) == ["ada@example.org", "bob@example.org"])

title("Its timeline")
timeline = api.get("/runs/" + run_id, limit=200)
for event in timeline["events"]:
    say(" ".join(str(event[name]) for name in ("type", "status", "step", "duration_ms") if name in event))
types = [event["type"] for event in timeline["events"]]
claim("from its start to its end", (types[0], types[-1]) == ("run_started", "run_finished"))
claim("step by step", types.count("agent_step") == types.count("tool_call") == types.count("tool_result") == 2)
results = [event for event in timeline["events"] if event["type"] == "tool_result"]
claim("with the decision on each", all(event["data"]["decision"] == "executed" for event in results))
claim("and the lease", timeline["events"][-1]["lease_id"] == run["lease_id"])

title("Events of one's own")
own = unique("run_support")
event = api.post(
    "/events",
    run_id=own,
    type="tool_call",
    status="start",
    step="step_1",
    tool="send_email",
    agent_id=agent,
    data={"customer_id": "cus_123"},
)
claim(f"event {event['event_id']} is added", event["ok"] and event["run_id"] == own)
api.post("/events", run_id=own, type="run_finished", status="completed", message="<b>all is well</b>")
timeline = api.get("/runs/" + own, limit=200)
claim("both are in the timeline", (timeline["total"], timeline["events"][0]["data"]) == (2, {"customer_id": "cus_123"}))
runs = api.get("/runs", limit=20, q=own)
claim("the run is listed", [one["run_id"] for one in runs["items"]] == [own] and runs["total"] == 1)
latest = runs["items"][0]
claim("with its last event", (latest["last_type"], latest["last_status"]) == ("run_finished", "completed"))
claim("and how many there are", latest["events_count"] == 2)

title("For people")
page = api.page("/runs/" + own)
claim("a browser is shown a page", page.lstrip().lower().startswith("<!doctype html>"))
claim("in which nothing of an event is taken for HTML", "<b>all is well</b>" not in page and "all is well" in page)
say("open /v1/runs/" + run_id + " in a browser and sign in with the API key")

title("In the recent feed")
api.post("/policies/" + agent, allowed_tools=[tool])
api.post("/ai/run", agent_id=agent, tool="delete_user", args={})


def my_news():
    feed = api.get("/events", limit=200)
    blocked = [event["meta"] for event in feed if event.get("meta", {}).get("agent_id") == agent]
    done = [event for event in feed if event.get("key") == key and event["type"] == "ai_completed"]
    return blocked[0] if blocked and done else None


meta = until("the finished run and the blocked call are there", my_news)
claim(
    f"with tool and reason: {meta['tool']}, {meta['reason']}, {meta['risk_level']}",
    (meta["tool"], meta["reason"], meta["risk_level"]) == ("delete_user", "tool_not_in_allowed_list", "medium"),
)
