"""A tool that OnceOnly calls, with nothing but Python's standard library (3.9 or newer).

It believes a request only if its signature is right and fresh, acts once for each idempotency key, remembers that
across restarts, and refuses an owner that has been overtaken. Copy it and put your own effect into `act`.

TOOL_SECRETS  the tool's secret, or two with a comma between them while one is rotated
TOOL_STORE    the file that remembers (default: tool-backend.jsonl)
TOOL_PORT     where to listen on 127.0.0.1 (default: a free port, which is printed)
"""

import hashlib
import hmac
import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOLERANCE_SECONDS = 300
BODY_BYTES_MAX = 1 << 20


class Refused(Exception):
    """The request is not acted upon. A status of 4xx tells OnceOnly that nothing has happened."""

    def __init__(self, status, reason):
        super().__init__(reason)
        self.status = status


def verify(headers, body, secrets, now):
    """Both signatures, in constant time. The second covers the instant too, so that an old request stays old."""

    def signed(message, signature):
        digests = [hmac.new(secret, message, hashlib.sha256).hexdigest() for secret in secrets]
        # Every secret is tried, so that the time taken tells nothing.
        return any([hmac.compare_digest(digest.encode(), signature.encode()) for digest in digests])

    fields = [part.strip().partition("=") for part in headers.get("X-OnceOnly-Signature-V2", "").split(",")]
    instants = [value for name, _, value in fields if name == "t"]
    signatures = [value for name, _, value in fields if name == "v1"]
    if len(instants) != 1 or not (instants[0].isascii() and instants[0].isdigit()) or not 1 <= len(signatures) <= 4:
        raise Refused(401, "no signature")
    message = instants[0].encode() + b"." + body
    if not any([signed(message, signature) for signature in signatures]):
        raise Refused(401, "wrong signature")
    if len(instants[0]) > 12 or abs(now - int(instants[0])) > TOLERANCE_SECONDS:
        raise Refused(401, "too old, or from the future")
    published = headers.get("X-OnceOnly-Signature")  # left out for tools that are set to `signature: v2`
    if published is not None and not signed(body, published):
        raise Refused(401, "wrong signature")


class Ledger:
    """What was done, in a file of one line each, which is read again at the start. Thread-safe."""

    def __init__(self, path):
        self._lock = threading.Lock()
        self._results = {}
        self._fences = {}
        self._file = open(path, "a+b")
        self._file.seek(0)
        lines = self._file.read()
        # The last one may have been cut off by a crash: then it was not answered.
        whole = lines[: lines.rfind(b"\n") + 1]
        self._file.truncate(len(whole))
        for line in whole.splitlines():
            self._remember(json.loads(line))

    def once(self, payload):
        """The stored result of this idempotency key, or that of acting now."""
        with self._lock:
            key = payload["idempotency_key"]
            if key in self._results:
                return self._results[key]
            run_id, fence = payload.get("run_id"), payload.get("fence")
            if fence is not None and fence < self._fences.get(run_id, 0):
                raise Refused(409, "an owner with a larger fence was here")
            entry = {"key": key, "result": act(payload), "run_id": run_id, "fence": fence}
            # The effect of this example is the line itself. Yours and its record belong into one transaction of
            # your database; where that can't be, hand the key on to whoever carries out the effect.
            self._file.write(json.dumps(entry).encode("utf-8") + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
            self._remember(entry)
            return entry["result"]

    def acted(self):
        return len(self._results)

    def _remember(self, entry):
        self._results[entry["key"]] = entry["result"]
        if entry["fence"] is not None:
            self._fences[entry["run_id"]] = max(entry["fence"], self._fences.get(entry["run_id"], 0))


def act(payload):
    """Your effect goes here. What it returns is the call's result, a JSON object."""
    return {"message_id": "m-" + payload["idempotency_key"][:8], "to": payload["args"].get("to")}


class Tool(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        try:
            length = int(self.headers.get("Content-Length", ""))
            if not 0 <= length <= BODY_BYTES_MAX:
                raise Refused(413, "too long")
            body = self.rfile.read(length)
            verify(self.headers, body, secrets, time.time())
            payload = json.loads(body)
            # The header is for proxies and logs; what is signed is the body.
            if self.headers.get("Idempotency-Key") not in (None, payload["idempotency_key"]):
                raise Refused(400, "header and body name two keys")
            self.reply(200, ledger.once(payload))
        except Refused as refused:
            self.close_connection = True
            self.reply(refused.status, {"error": str(refused)})
        except (ValueError, KeyError, TypeError, AttributeError):
            self.close_connection = True
            self.reply(400, {"error": "not a call of OnceOnly"})

    def do_GET(self):
        self.reply(200, {"acted": ledger.acted()})

    def reply(self, status, answer):
        body = json.dumps(answer).encode("utf-8")
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *arguments):
        pass


secrets = [secret.encode("utf-8") for secret in os.environ.get("TOOL_SECRETS", "").split(",") if secret]
if not secrets:
    sys.exit("Set TOOL_SECRETS first; examples/README.md tells how.")
ledger = Ledger(os.environ.get("TOOL_STORE", "tool-backend.jsonl"))
server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("TOOL_PORT", "0"))), Tool)
print(f"The tool is ready on http://127.0.0.1:{server.server_port}/", flush=True)
server.serve_forever()
