"""A tool on this machine for the examples: it counts its calls and answers what it is told to. A real one verifies
the signature and remembers what it did: examples/tool-backend shows how."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class LocalTool:
    """Listens until the program ends; the server has to be allowed to call this machine (`serve --dev`)."""

    def __init__(self, answer=lambda args: (200, {"sent": True})):
        """`answer` gives status and JSON object for the arguments of a call."""
        self.calls = []  # the arguments of each call, in the order of arrival
        self.keys = []  # the idempotency key of each

        tool = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                payload = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                tool.calls.append(payload["args"])
                tool.keys.append(self.headers["Idempotency-Key"])
                status, result = answer(payload["args"])
                body = json.dumps(result).encode("utf-8")
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format, *arguments):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{server.server_port}/"
