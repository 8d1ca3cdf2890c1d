"""What the snippets are played on: a server of their own, a namespace for each scene, and a tool on this machine."""

import json
import os
import secrets
import socket
import struct
import subprocess
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS_MAX = 60
STOP_SECONDS_MAX = 20
CALL_SECONDS_MAX = 10
TOOL_SECRET = "demo-secret-of-the-tools"
# The tools that snippets call without having registered them.
TOOLS = ("send_email", "create_ticket", "delete_user")
# What listens on this machine is not asked through a proxy.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Server:
    """The real server on an empty folder. Snippets show what the defaults do, so the settings of whoever runs them
    stay outside."""

    def __init__(self, folder):
        self.data = folder / "data"
        self.log = folder / "server.log"
        self.url = ""
        command = os.environ.get("ONCEONLY_COMMAND") or str(ROOT / "onceonly")
        kept = {k: v for k, v in os.environ.items() if not k.startswith("ONCEONLY_") or k == "ONCEONLY_JAVA_OPTS"}
        kept["ONCEONLY_API_KEY"] = "once_live_" + secrets.token_hex(20)
        # On a fresh clone this builds the server, which has its own time and its own failure.
        if subprocess.run([command, "--version"], stdout=subprocess.DEVNULL, env=kept).returncode != 0:
            raise RuntimeError("the server could not be built")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [command, "serve", "--dev", "--port", "0", "--data", str(self.data)],
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=kept,
            )

    def await_ready(self):
        deadline = time.monotonic() + READY_SECONDS_MAX
        while not self.url:
            for line in self.log.read_text("utf-8", "replace").splitlines():
                if line.startswith("OnceOnly is ready on "):
                    self.url = line.split()[-1]
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the server did not get ready:\n" + self.log.read_text("utf-8", "replace"))
            time.sleep(0.05)

    def new_namespace(self):
        """A namespace that nothing has happened in, as an API key of it."""
        name = "s" + secrets.token_hex(8)
        self._operate("namespaces", "create", "--email", "owner@example.com", name)
        return self._operate("keys", "create", "--namespace", name).split()[0]

    def _operate(self, *words):
        """An operator's command, told to the running server through its socket. The command line does the same, but
        starts a Java machine for each. A text there is its length in four bytes, and its bytes."""
        words = [*words, "--data", str(self.data)]
        with socket.socket(socket.AF_UNIX) as wire:
            wire.settimeout(CALL_SECONDS_MAX)
            wire.connect(str(self.data / "admin.sock"))
            texts = [word.encode("utf-8") for word in words]
            wire.sendall(struct.pack(">i", len(texts)) + b"".join(struct.pack(">i", len(t)) + t for t in texts))
            with wire.makefile("rb") as answer:
                code = struct.unpack(">i", answer.read(4))[0]
                out, err = (answer.read(struct.unpack(">i", answer.read(4))[0]).decode("utf-8") for _ in range(2))
        if code != 0:
            raise RuntimeError(f"onceonly {' '.join(words)} ended with {code}: {err}")
        return out

    def call(self, key, method, path, body=None):
        request = urllib.request.Request(self.url + "/v1" + path, method=method)
        request.add_header("Authorization", "Bearer " + key)
        request.add_header("Content-Type", "application/json")
        data = None if body is None else json.dumps(body).encode("utf-8")
        try:
            with DIRECT.open(request, data, timeout=CALL_SECONDS_MAX) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{method} {path} was answered {error.code}: {error.read().decode()}") from None

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class Toolbox:
    """The tools' backend. It also answers `/settle?KEY`, by which a player asks, before each block, that all tools of
    a namespace lead here, whatever address a snippet has registered them with."""

    def __init__(self, server):
        toolbox = self
        self._server = server

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                payload = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self.answer({"message_id": "m_1", "tool": payload["tool"]})

            def do_GET(self):
                try:
                    toolbox.settle(self.path.partition("?")[2])
                    self.answer({"ok": True})
                except RuntimeError as error:
                    self.answer({"detail": str(error)}, 500)

            def answer(self, result, status=200):
                body = json.dumps(result).encode("utf-8")
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format, *arguments):
                pass

        class Http(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                """A player that ends leaves its connections open."""

        http = Http(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{http.server_port}"
        threading.Thread(target=http.serve_forever, daemon=True).start()

    def stock(self, key):
        """Registers the tools that the snippets assume."""
        for name in TOOLS:
            self._register(key, {"name": name, "scope_id": "global"})

    def settle(self, key):
        scopes = ["global"] + ["agent:" + agent["agent_id"] for agent in self._server.call(key, "GET", "/agents")]
        for scope in scopes:
            for tool in self._server.call(key, "GET", "/tools?scope_id=" + quote(scope, safe="")):
                if not tool["url"].startswith(self.url):
                    self._register(key, tool)

    def _register(self, key, tool):
        kept = {k: tool[k] for k in ("name", "scope_id", "timeout_ms", "max_retries", "enabled") if k in tool}
        auth = {"type": "hmac_sha256", "secret": TOOL_SECRET}
        self._server.call(key, "POST", "/tools", {**kept, "url": f"{self.url}/{tool['name']}", "auth": auth})
