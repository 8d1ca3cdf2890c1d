"""The real server, started once on a folder of its own, with a key for each role and a tool that it may call."""

import http.client
import json
import os
import queue
import re
import secrets
import shutil
import socket
import struct
import subprocess
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import wire

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS_MAX = 120
ANSWER_SECONDS_MAX = 90
HOP_BY_HOP = {
    "connection",
    "keep-alive",
    "transfer-encoding",
    "upgrade",
    "http2-settings",
    "te",
    "trailer",
    "proxy-connection",
    "content-length",
    "host",
    "expect",
}

#: In this server the plan free has room for nothing, so that a key of it is over its limit from the start.
SETTINGS = ("plan_free_make=0", "plan_free_ai=0")

#: What each role's key is made with. `over_limit` belongs to a namespace on the plan free.
KEY_OPTIONS = {
    "reader": ("--role", "reader"),
    "agent": ("--role", "agent", "--agent", "bot-*"),
    "over_limit": ("--namespace", "limited"),
    "disabled": ("--role", "admin"),
}


class LiveServer:
    """Thread-safe. Starts on first use and stops with `close`."""

    def __init__(self):
        self._command = os.environ.get("ONCEONLY_COMMAND") or str(ROOT / "onceonly")
        self._lock = threading.Lock()
        self._folder = None
        self._process = None
        self._tool = None
        self._log = None
        self._failure = None
        self._port = None
        self._keys = {}

    def start(self):
        """Starts the server if it does not run yet; raises RuntimeError with its last words if it does not come up."""
        with self._lock:
            if self._failure:
                raise RuntimeError(self._failure)
            if self._process is None:
                try:
                    self._start()
                except (OSError, RuntimeError) as error:
                    self._failure = str(error)
                    self._stop()
                    raise RuntimeError(self._failure) from error
        return self

    def _start(self):
        self._folder = tempfile.mkdtemp(prefix="onceonly-conformance-")
        admin_key = "once_live_" + secrets.token_hex(16)
        command = [self._command, "serve", "--dev", "--port", "0", "--data", self._folder]
        for setting in SETTINGS:
            command += ["--set", setting]
        self._log = open(os.path.join(self._folder, "server.log"), "wb")
        self._process = subprocess.Popen(
            command,
            env={**_environment(), "ONCEONLY_API_KEY": admin_key},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._log,
        )
        self._port = self._await_port()
        self._keys = {"admin": admin_key, "stranger": "once_live_" + secrets.token_hex(16)}
        self._tool = ToolBackend()

    def _await_port(self):
        lines = queue.Queue()

        def read():
            for line in self._process.stdout:
                lines.put(line.decode("utf-8", "replace"))
            lines.put("")

        threading.Thread(target=read, daemon=True).start()
        while True:
            try:
                line = lines.get(timeout=START_SECONDS_MAX)
            except queue.Empty:
                line = ""
            ready = re.search(r"ready on http://[^:]+:([0-9]+)", line)
            if ready:
                return int(ready.group(1))
            if not line:
                raise RuntimeError("the server did not start: " + self._last_words())

    def _last_words(self):
        with open(os.path.join(self._folder, "server.log"), "rb") as log:
            return log.read()[-2000:].decode("utf-8", "replace")

    @property
    def tool_url(self):
        return self._tool.url

    def api_key(self, role):
        """The key of a role of `KEY_OPTIONS`, made when it is first asked for."""
        with self._lock:
            if role not in self._keys:
                self._keys[role] = self._make_key(role)
            return self._keys[role]

    def _make_key(self, role):
        if role == "over_limit":
            self._run("namespaces", "create", "--plan", "free", "limited")
        made = self._run("keys", "create", *KEY_OPTIONS[role])
        key = re.search(r"once_live_\w+", made).group(0)
        if role == "disabled":
            self._run("keys", "disable", re.search(r"\bkey_\w+", made).group(0))
        return key

    def _run(self, *arguments):
        """Runs an operator's command in the server, which is what the program itself does beside a running one; starting
        a virtual machine for each key would take longer than everything else."""
        words = [arguments[0], arguments[1], "--data", self._folder, *arguments[2:]]
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as operators:
            operators.connect(os.path.join(self._folder, "admin.sock"))
            operators.sendall(struct.pack(">i", len(words)) + b"".join(_counted(word) for word in words))
            with operators.makefile("rb") as answer:
                code = struct.unpack(">i", answer.read(4))[0]
                texts = [answer.read(struct.unpack(">i", answer.read(4))[0]).decode("utf-8") for _ in range(2)]
        if code != 0:
            raise RuntimeError("%s: %s" % (" ".join(arguments), "".join(texts)))
        return texts[0]

    def forward(self, request):
        """The server's answer to a request; 599 when there is none, which no scenario expects."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=ANSWER_SECONDS_MAX)
        headers = {name: value for name, value in request.headers.items() if name not in HOP_BY_HOP}
        headers["accept-encoding"] = "identity"
        try:
            connection.request(request.method, request.target, request.body or None, headers)
            answer = connection.getresponse()
            pairs = [pair for pair in answer.getheaders() if pair[0].lower() not in HOP_BY_HOP]
            return wire.Answer(answer.status, pairs, answer.read())
        except (OSError, http.client.HTTPException) as error:
            text = json.dumps({"detail": "the harness has no answer of the server: %s" % error})
            return wire.Answer(599, [("content-type", "application/json")], text.encode("utf-8"))
        finally:
            connection.close()

    def close(self):
        """Stops the server and removes its folder."""
        with self._lock:
            self._stop()

    def _stop(self):
        process, self._process = self._process, None
        if process:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stdout.close()
        if self._log:
            self._log.close()
        if self._tool:
            self._tool.close()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)


def _counted(text):
    """As dev.onceonly.server.admin.AdminWire writes a text: its bytes, after their number."""
    encoded = text.encode("utf-8")
    return struct.pack(">i", len(encoded)) + encoded


def _environment():
    """Ours without the server's settings: a setting that somebody has set would change what is judged."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("ONCEONLY_") or name == "ONCEONLY_JAVA_OPTS"
    }


class ToolBackend:
    """A tool for the live server: answers with the args it was given; its path may end in a status, `/tool/500`, or in
    milliseconds to take, `/tool/after-400`."""

    def __init__(self):
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _ToolHandler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = "http://127.0.0.1:%d/tool" % self._server.server_address[1]

    def close(self):
        self._server.shutdown()
        self._server.server_close()


class _ToolHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):  # the name is http.server's
        body = json.loads(self.rfile.read(int(self.headers.get("content-length", "0"))) or b"{}")
        last = self.path.rsplit("/", 1)[-1]
        status = int(last) if last.isdigit() else 200
        if last.startswith("after-"):
            time.sleep(int(last[len("after-") :]) / 1000)
        self._answer(status, {"done": status < 400, "args": body.get("args")})

    def _answer(self, status, body):
        text = json.dumps(body).encode("utf-8")
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *arguments):
        """Says nothing: a tool's calls show in the scenarios."""
