"""Work that is called off on purpose: it ends as failed, and says by its code that nothing broke."""

from plain_client import Api
from story import claim, title, unique

api = Api()


def acquired_chat():
    key = unique("support_chat")
    lease = api.post("/ai/lease", key=key, ttl=1800)
    claim("the agent has the chat", lease["status"] == "acquired")
    return {"key": key, "lease_id": lease["lease_id"]}


title("The customer leaves")
chat = acquired_chat()
canceled = api.post("/ai/cancel", reason="customer_left", **chat)
claim("canceling ends the chat as failed", (canceled["ok"], canceled["status"]) == (True, "failed"))
status = api.get("/ai/status", key=chat["key"])
claim(f"its code tells the reason: {status['error_code']}", status["error_code"] == "canceled:customer_left")
again = api.post("/ai/lease", key=chat["key"], ttl=1800)
claim("who wants the chat learns it", (again["status"], again["error_code"]) == ("failed", "canceled:customer_left"))

title("The agent has not heard of it and completes")
late = api.post("/ai/complete", result={"status": "resolved"}, **chat)
claim("it is refused", late["status"] == "conflict" and late["detail"]["error"] == "lease_finished")
result = api.get("/ai/result", key=chat["key"])
claim("what was recorded stays", (result["status"], result["result"]) == ("failed", None))

title("Called off without a word")
chat = acquired_chat()
api.post("/ai/cancel", **chat)
status = api.get("/ai/status", key=chat["key"])
claim(f"the code is just {status['error_code']}", status["error_code"] == "canceled")
