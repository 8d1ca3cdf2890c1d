"""A tool's life: registered, listed, read, switched off and on, taken away; its secret is never shown."""

import json

from local_tool import LocalTool
from plain_client import Api, ApiError
from story import claim, title, unique

api = Api()
mailer = LocalTool()
name, agent, secret = unique("send_email"), unique("support_bot"), "a-secret-that-nobody-sees"

title("Registered")
tool = api.post(
    "/tools",
    name=name,
    scope_id="global",
    url=mailer.url,
    auth={"type": "hmac_sha256", "secret": secret},
    timeout_ms=15000,
    max_retries=2,
    enabled=True,
    description="Send transactional email",
)
claim("it is on", (tool["name"], tool["enabled"]) == (name, True))
claim(f"of its secret only the end is shown: {tool['secret_mask']}", secret not in json.dumps(tool))
tools = api.get("/tools", scope_id="global")
claim("it is in the list", name in [one["name"] for one in tools])
claim("it can be read", api.get("/tools/" + name, scope_id="global") == tool)

title("Switched off and on")
disabled = api.post(f"/tools/{name}/toggle?scope_id=global", enabled=False)
claim("it is off", disabled["enabled"] is False)
call = api.post("/ai/run", agent_id=agent, tool=name, args={"n": 1})
claim("its calls are blocked", (call["allowed"], call["policy_reason"]) == (False, "tool_disabled"))
api.post(f"/tools/{name}/toggle?scope_id=global", enabled=True)
call = api.post("/ai/run", agent_id=agent, tool=name, args={"n": 1})
claim("on again, it is called", (call["allowed"], call["decision"], len(mailer.calls)) == (True, "executed", 1))

title("One agent has its own")
own = LocalTool(lambda args: (200, {"own": True}))
auth = {"type": "hmac_sha256", "secret": secret}
api.post("/tools", name=name, scope_id="agent:" + agent, url=own.url, auth=auth)
call = api.post("/ai/run", agent_id=agent, tool=name, args={"n": 2})
claim("which goes before everybody's", call["result"] == {"own": True} and len(mailer.calls) == 1)

title("Taken away")
deleted = api.delete("/tools/" + name, scope_id="agent:" + agent)
claim("it is gone", deleted["ok"] and deleted["deleted"])
api.delete("/tools/" + name, scope_id="global")
try:
    api.get("/tools/" + name, scope_id="global")
    claim("and nobody finds it", False)
except ApiError as error:
    claim("and nobody finds it", (error.status, error.detail["error"]) == (404, "tool_not_found"))
