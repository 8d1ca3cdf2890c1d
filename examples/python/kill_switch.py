"""An agent is stopped, and all of them; then they go on, and somebody clears up what stayed unknown."""

from local_tool import LocalTool
from plain_client import Api, ApiError
from story import claim, say, title, unique

api = Api()
broken = []  # while there is something in it, the tool acts and then breaks off
sent = []


def act(args):
    sent.append(args)
    return (500, {"error": "broken off"}) if broken else (200, {"message_id": f"m{len(sent)}"})


mailer = LocalTool(act)
agent, tool = unique("support_bot"), unique("send_email")
auth = {"type": "hmac_sha256", "secret": "demo-secret-of-the-mailer"}
api.post("/tools", name=tool, url=mailer.url, auth=auth, max_retries=0)


def send(number):
    return api.post("/ai/run", agent_id=agent, tool=tool, args={"number": number}, spend_usd=0.25)


title("One agent is stopped")
thrown = api.post(f"/agents/{agent}/disable", reason="incident_123")
say(f"stopped: {thrown['stopped']}")
claim("it is off, since now", thrown["is_enabled"] is False and thrown["disabled_at"].endswith("Z"))
claim("and why is known", thrown["disabled_reason"] == "incident_123")
call = send(1)
claim("its calls are blocked", (call["allowed"], call["policy_reason"]) == (False, "agent_disabled"))
enabled = api.post(f"/agents/{agent}/enable", reason="incident_resolved")
claim("it is on again", (enabled["is_enabled"], enabled["disabled_reason"]) == (True, None))
claim("and acts", send(1)["decision"] == "executed")

title("A call that nobody knows the end of")
broken.append(True)
try:
    send(2)
    claim("the tool breaks off", False)
except ApiError as error:
    claim("the tool breaks off", (error.status, error.detail["error"]) == (502, "tool_error"))
    claim("after the call was sent, so nobody knows", error.detail["outcome"] == "unknown")
    call_id = error.detail["call_id"]
unknown = api.get("/calls", state="unknown", agent_id=agent)
claim("it waits for somebody to look", [one["call_id"] for one in unknown["items"]] == [call_id])
claim("and holds its budget until then", unknown["items"][0]["spend_usd"] == 0.25)
say("somebody looks: the mail is in the outbox")
resolved = api.post(f"/calls/{call_id}/resolve", outcome="executed", result={"message_id": "m2"}, note="in the outbox")
claim("it counts as executed", (resolved["state"], resolved["note"]) == ("executed", "in the outbox"))
broken.clear()
claim("the agent's retry gets the answer", send(2)["result"] == {"message_id": "m2"})

title("A call that is cleared by its own repeat")
broken.append(True)
try:
    send(3)
except ApiError as error:
    claim("the tool breaks off once more", error.detail["outcome"] == "unknown")
broken.clear()
claim("the agent's retry is sent", send(3)["decision"] == "executed")
claim("with the same idempotency key", mailer.keys[-1] == mailer.keys[-2])

title("Where the agent stands")
seen = api.get("/agents/" + agent)
say(f"today: {seen['actions_today']} actions, {seen['blocked_today']} blocked, {seen['spend_usd_today']} USD")
claim("three actions were paid for", seen["spend_usd_today"] == 0.75)
