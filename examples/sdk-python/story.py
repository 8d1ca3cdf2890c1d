"""How the examples tell what they do, and hold themselves to it, and a tool for them to call."""

import json
import os
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# Where the server is: onceonly.OnceOnly(**SERVER, …).
SERVER = {"api_key": os.environ["ONCEONLY_API_KEY"], "base_url": os.environ["ONCEONLY_URL"]}


def title(text):
    print(text, flush=True)


def say(line):
    print("     " + line, flush=True)


def claim(what, kept):
    """Prints a promise that was kept; ends the example with exit status 1 if it was not."""
    print(("  ok " if kept else "  BROKEN ") + what, flush=True)
    if not kept:
        os._exit(1)  # also out of a thread


def unique(name):
    """A key that no earlier run has used, so that an example can run again on the same server."""
    return f"{name}_{secrets.token_hex(6)}"


def until(ask, seconds_max=20.0):
    """Asks again and again until the answer is a true value, and returns it, or the last one when time is up."""
    deadline = time.monotonic() + seconds_max
    while True:
        answer = ask()
        if answer or time.monotonic() >= deadline:
            return answer
        time.sleep(0.05)


def serve_tool(work):
    """Starts a tool on this machine and gives its URL. `work` gets the arguments of a call and its idempotency key,
    and gives the result; None closes the connection without an answer."""

    class Tool(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            payload = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            result = work(payload["args"], self.headers["Idempotency-Key"])
            if result is None:
                self.close_connection = True
                return
            body = json.dumps(result).encode("utf-8")
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Tool)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/"
