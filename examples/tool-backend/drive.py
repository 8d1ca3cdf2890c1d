"""Holds a tool backend to its claims: `python3 drive.py COMMAND…`, where the command starts one of the three.

Starts it on a free port, registers it as a tool on the server that ONCEONLY_URL and ONCEONLY_API_KEY name, has it
called, and then plays the attacker. The server must be allowed to call this machine over plain http (`--dev`).
"""

import hashlib
import hmac
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "python"))
from plain_client import Api  # noqa: E402
from story import claim, say, title, unique  # noqa: E402

READY = "The tool is ready on "
OLD, NEW = "demo-secret-" + secrets.token_hex(4), "demo-secret-" + secrets.token_hex(4)


class Backend:
    """The backend in a process of its own, with two secrets as during a rotation."""

    def __init__(self, command, store):
        environment = dict(os.environ, TOOL_SECRETS=f"{OLD},{NEW}", TOOL_STORE=str(store), TOOL_PORT="0")
        self._process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        line = self._process.stdout.readline()
        claim("the backend starts", line.startswith(READY))
        self.url = line[len(READY) :].strip()

    def acted(self):
        with urlopen(self.url, timeout=15) as reply:
            return json.load(reply)["acted"]

    def kill(self):
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()

    def call(self, payload, secret=OLD, age=0, sent_age=None):
        """What OnceOnly would send, `age` seconds ago; `sent_age` claims another instant than was signed."""
        body = json.dumps(payload).encode("utf-8")
        signed, sent = int(time.time()) - age, int(time.time()) - (age if sent_age is None else sent_age)
        mac = hmac.new(secret.encode(), f"{signed}.".encode() + body, hashlib.sha256).hexdigest()
        request = Request(self.url, body)
        request.add_header("Content-Type", "application/json")
        request.add_header("Idempotency-Key", payload["idempotency_key"])
        request.add_header("X-OnceOnly-Signature", hmac.new(secret.encode(), body, hashlib.sha256).hexdigest())
        request.add_header("X-OnceOnly-Signature-Alg", "hmac_sha256")
        request.add_header("X-OnceOnly-Timestamp", str(sent))
        request.add_header("X-OnceOnly-Signature-V2", f"t={sent},v1={mac}")
        try:
            with urlopen(request, timeout=15) as reply:
                return reply.status, json.load(reply)
        except HTTPError as error:
            with error:
                return error.code, json.load(error)


def governed_calls(api, backend):
    title("Called by OnceOnly")
    tool, agent = unique("mail.send"), unique("bot")
    auth = {"type": "hmac_sha256", "secret": OLD, "next_secret": NEW}
    api.post("/tools", name=tool, scope_id="global", url=backend.url, auth=auth)
    first = api.post("/ai/run", agent_id=agent, tool=tool, args={"to": "ada@example.org"})
    say(json.dumps(first))
    claim("the first call is executed", (first["allowed"], first["decision"]) == (True, "executed"))
    claim("with the backend's answer", first["result"]["to"] == "ada@example.org")
    again = api.post("/ai/run", agent_id=agent, tool=tool, args={"to": "ada@example.org"})
    claim("the second gets the stored answer", (again["decision"], again["result"]) == ("dedup", first["result"]))
    claim("the backend acted once", backend.acted() == 1)
    api.delete("/tools/" + tool, scope_id="global")


def attacks(backend, payload):
    title("Called by somebody else")
    acted = backend.acted()
    claim("a request that was caught and sent again 301 s later", backend.call(payload, age=301)[0] == 401)
    claim("the same with a new instant written on it", backend.call(payload, age=301, sent_age=0)[0] == 401)
    claim("one from the future", backend.call(payload, age=-301)[0] == 401)
    claim("one with another secret", backend.call(payload, secret="another-secret")[0] == 401)
    claim("all four are refused, and nothing was done", backend.acted() == acted)


def repeats(command, store, backend, payload):
    title("Repeats, rotation, restart")
    acted = backend.acted()
    status, result = backend.call(payload)
    claim("a call is carried out", status == 200)
    claim("its repeat gets the same result", backend.call(payload) == (200, result))
    claim("and so does one that the next secret signed", backend.call(payload, secret=NEW) == (200, result))
    backend.kill()
    backend = Backend(command, store)
    claim("and one after kill -9 and a new start", backend.call(payload) == (200, result))
    claim("it was done once", backend.acted() == acted + 1)
    return backend


def fences(backend):
    title("An owner that was overtaken")
    run = {"tool": "mail.send", "agent_id": "bot", "run_id": unique("run"), "args": {"to": "bob@example.org"}}
    first = dict(run, idempotency_key=secrets.token_hex(16), fence=7)
    later = dict(run, idempotency_key=secrets.token_hex(16), fence=8)
    late = dict(run, idempotency_key=secrets.token_hex(16), fence=7)
    claim("the first owner acts", backend.call(first)[0] == 200)
    claim("the next one acts", backend.call(later)[0] == 200)
    claim("the first one comes too late", backend.call(late)[0] == 409)
    claim("yet gets the result of what it had done", backend.call(first)[0] == 200)


def main(command):
    with tempfile.TemporaryDirectory(prefix="onceonly-tool-") as folder:
        store = Path(folder) / "ledger.jsonl"
        backend = Backend(command, store)
        try:
            governed_calls(Api(), backend)
            payload = {"tool": "mail.send", "agent_id": "bot", "args": {"to": "eve@example.org"}}
            payload["idempotency_key"] = secrets.token_hex(16)
            attacks(backend, payload)
            backend = repeats(command, store, backend, payload)
            fences(backend)
        finally:
            backend.kill()


if len(sys.argv) < 2:
    sys.exit("usage: drive.py COMMAND… (such as: drive.py python3 backend.py)")
main(sys.argv[1:])
