"""Work that fails: the failure is told to everybody who asks, and whoever wants to may try once more."""

import hashlib

from plain_client import Api
from story import claim, say, title, unique

api = Api()
key = unique("support_chat")


def talk_to_customer():
    raise ConnectionResetError("the customer's connection is gone, after 3 messages")


title("The agent's work breaks off")
lease = api.post("/ai/lease", key=key, ttl=1800)
claim("the agent has the chat", lease["status"] == "acquired")
try:
    talk_to_customer()
except ConnectionResetError as error:
    say(f"{error}")
    # The hash lets you find this very failure in your own log; the text itself may be private.
    error_hash = hashlib.sha256(str(error).encode("utf-8")).hexdigest()
    failed = api.post(
        "/ai/fail", key=key, lease_id=lease["lease_id"], error_code="connection_lost", error_hash=error_hash
    )
    claim("the failure is recorded", (failed["ok"], failed["status"], failed["version"]) == (True, "failed", 2))

title("Others ask")
status = api.get("/ai/status", key=key)
claim("the status is failed, with the code", (status["status"], status["error_code"]) == ("failed", "connection_lost"))
result = api.get("/ai/result", key=key)
claim("there is a failure instead of a result", (result["status"], result["result"]) == ("failed", None))
blind = api.post("/ai/lease", key=key, ttl=1800)
claim("a lease as usual is told failed, and nothing runs again", (blind["status"], blind["charged"]) == ("failed", 0))

title("Somebody decides to try again")
retry = api.post("/ai/lease", key=key, ttl=1800, retry_failed=True)
claim("with retry_failed the chat is acquired", retry["status"] == "acquired")
claim("as a new lease", retry["lease_id"] != lease["lease_id"] and retry["version"] == 3)
late = api.post("/ai/complete", key=key, lease_id=lease["lease_id"])
claim("the first agent's lease is worth nothing now", late["status"] == "conflict")
claim("and it learns why", late["detail"]["error"] == "lease_mismatch")
done = api.post("/ai/complete", key=key, lease_id=retry["lease_id"], result={"status": "resolved"})
claim("the second try ends well", done["status"] == "completed")
again = api.post("/ai/lease", key=key, ttl=1800, retry_failed=True)
claim("retry_failed never repeats what was completed", again["status"] == "completed")
