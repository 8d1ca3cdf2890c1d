"""A support chat that one agent holds while others look on: acquire, poll, extend, complete, read the result."""

import hashlib
import json
import threading

from plain_client import Api
from story import claim, say, title, unique

HALF_AN_HOUR = 30 * 60
MESSAGES = ["I can't sign in.", "Yes, I have tried the reset link.", "It works now, thank you!"]

agent_1, agent_2 = Api(), Api()
key = unique("support_chat")
result = {"status": "resolved", "messages": len(MESSAGES), "resolution": "new password", "satisfaction": 5}


def hash_of(payload):
    """The same for the same content, whoever computes it: sorted names, no accidental blanks."""
    return hashlib.sha256(json.dumps(payload, sort_keys=True).encode("utf-8")).hexdigest()


def wait_for_result(found):
    """Agent 2 asks once and is answered when the chat is over, instead of asking every few seconds."""
    found.append(agent_2.get("/ai/result", key=key, wait=20))


title("Agent 1 takes the chat")
lease = agent_1.post("/ai/lease", key=key, ttl=HALF_AN_HOUR, metadata={"customer_id": "cus_17", "priority": "high"})
claim("it is acquired", lease["ok"] and lease["status"] == "acquired")
claim("as version 1, for half an hour", lease["version"] == 1 and lease["ttl"] == HALF_AN_HOUR)

title("Agent 2 wants it too")
polling = agent_2.post("/ai/lease", key=key, ttl=HALF_AN_HOUR)
claim("it is told to poll", polling["status"] == "polling" and polling["retry_after_sec"] > 0)
claim("it sees whose lease it is", polling["lease_id"] == lease["lease_id"])
claim(f"and how long that may last: {polling['ttl_left']} s", 0 < polling["ttl_left"] <= HALF_AN_HOUR)
claim("polling is free", polling["charged"] == 0)
status = agent_2.get("/ai/status", key=key)
claim("the status names it in_progress", status["status"] == "in_progress" and status["version"] == 1)
early = agent_2.get("/ai/result", key=key)
claim("there is no result yet", early["status"] == "in_progress" and early["result"] is None)

title("Agent 1 works, and needs longer than it thought")
found = []
waiting = threading.Thread(target=wait_for_result, args=(found,))
waiting.start()
for number, message in enumerate(MESSAGES, start=1):
    say(f"customer: {message}")
    # Counted again from now, never added to what is left; so there is no harm in doing it often.
    extended = agent_1.post("/ai/extend", key=key, lease_id=lease["lease_id"], ttl=HALF_AN_HOUR)
    claim("the lease is extended", extended["status"] == "extended" and extended["ttl"] == HALF_AN_HOUR)
    claim(f"as version {extended['version']}", extended["version"] == lease["version"] + number)

title("Agent 1 completes, agent 2 reads")
done = agent_1.post("/ai/complete", key=key, lease_id=lease["lease_id"], result=result, result_hash=hash_of(result))
claim("it is completed", done["ok"] and done["status"] == "completed")
repeated = agent_1.post("/ai/complete", key=key, lease_id=lease["lease_id"], result=result, result_hash=hash_of(result))
claim("saying so twice changes nothing", repeated == done)
waiting.join()
read = found[0]
claim("agent 2's waiting call has the end", read["status"] == "completed" and read["done_at"].endswith("Z"))
claim("with the result", read["result"] == result)
claim("whose hash fits", read["result_hash"] == hash_of(read["result"]))
late = agent_2.post("/ai/lease", key=key, ttl=HALF_AN_HOUR)
claim("who asks for the chat now is told that it is over", late["status"] == "completed" and late["charged"] == 0)
