"""Judges the SDKs: hands out scenarios, answers their calls or has the real server answer them, and says what was wrong.

    python3 spec/conformance/harness.py            serves on a free port of 127.0.0.1 until standard input ends
    python3 spec/conformance/harness.py --check    reads every scenario strictly; exit code 1 if something is wrong

README.md beside this file describes scenarios and protocol. ONCEONLY_COMMAND names the program that starts the real server; the
launcher at the root of the repository when it is not set. ONCEONLY_CONFORMANCE_RESULTS names a file that results are appended to.
"""

import json
import os
import signal
import ssl
import sys
import threading
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import check
import live
import results
import runs
import scenarios

CERTIFICATE = Path(__file__).resolve().parent / "untrusted.pem"


class Misuse(ValueError):
    """A request of a suite that is not in the protocol."""


class Harness:
    """What stands behind the protocol; thread-safe."""

    def __init__(self, known, server=None, results_path=None):
        self._scenarios = {scenario.id: scenario for scenario in known}
        self._server = server or live.LiveServer()
        self._results = results.Results(results_path)
        self._lock = threading.Lock()
        self._runs = {}
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(str(CERTIFICATE))

    def list_scenarios(self, _):
        return {
            "scenarios": [
                {
                    "id": scenario.id,
                    "file": scenario.file,
                    "name": scenario.name,
                    "modes": list(scenario.modes),
                    "sdks": list(scenario.sdks),
                }
                for scenario in self._scenarios.values()
            ]
        }

    def begin(self, asked):
        scenario = self._scenarios.get(asked.get("id"))
        mode = asked.get("mode")
        if scenario is None or mode not in scenario.modes:
            raise Misuse("no scenario %r in mode %r" % (asked.get("id"), mode))
        if not isinstance(asked.get("sdk"), str):
            raise Misuse("sdk is missing")
        if asked["sdk"] not in scenario.sdks:
            raise Misuse("scenario %r is not for the SDK %r" % (scenario.id, asked["sdk"]))
        backend = self._server.start() if mode == "live" else None
        run = runs.Run(scenario, mode, asked["sdk"], asked.get("variant", ""), backend, self._tls)
        with self._lock:
            self._runs[run.name] = run
        return run.begin()

    def step(self, asked):
        return self._run(asked).step(asked.get("index"))

    def outcome(self, asked):
        told = {name: value for name, value in asked.items() if name not in ("run", "index")}
        return {"problems": self._run(asked).outcome(asked.get("index"), told)}

    def end(self, asked):
        run = self._run(asked)
        with self._lock:
            del self._runs[run.name]
        problems = run.end()
        self._results.add(run.scenario.id, run.sdk, run.variant, run.mode, run.all_problems())
        return {"problems": problems}

    def table(self, _):
        return {"table": self._results.table()}

    def _run(self, asked):
        with self._lock:
            if asked.get("run") not in self._runs:
                raise Misuse("no run %r" % asked.get("run"))
            return self._runs[asked["run"]]

    def close(self):
        """Ends runs that were left, and the real server."""
        with self._lock:
            left = list(self._runs.values())
        for run in left:
            run.end()
        self._server.close()


ROUTES = {
    ("GET", "/scenarios"): Harness.list_scenarios,
    ("GET", "/table"): Harness.table,
    ("POST", "/begin"): Harness.begin,
    ("POST", "/step"): Harness.step,
    ("POST", "/outcome"): Harness.outcome,
    ("POST", "/end"): Harness.end,
}


class Control(ThreadingHTTPServer):
    """The harness over HTTP."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, harness):
        super().__init__(("127.0.0.1", 0), _ControlHandler)
        self.harness = harness
        self.url = "http://127.0.0.1:%d" % self.server_address[1]


class _ControlHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self):  # the names are http.server's
        self._answer({})

    def do_POST(self):
        text = self.rfile.read(int(self.headers.get("content-length", "0")))
        try:
            asked = json.loads(text.decode("utf-8") or "{}")
        except ValueError as error:
            asked = None
            self._send({"error": "the body is no JSON: %s" % error})
        if asked is not None:
            self._answer(asked)

    def _answer(self, asked):
        route = ROUTES.get((self.command, self.path))
        try:
            if route is None or not isinstance(asked, dict):
                raise Misuse("no %s %s with an object" % (self.command, self.path))
            self._send(route(self.server.harness, asked))
        except (ValueError, RuntimeError) as error:
            self._send({"error": str(error)})
        except Exception:  # whatever it is, the suite has to see it
            self._send({"error": traceback.format_exc()})

    def _send(self, answer):
        text = json.dumps(answer).encode("utf-8")
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *arguments):
        """Says nothing: standard error belongs to what went wrong."""


def serve():
    """Serves until standard input ends."""
    harness = Harness(scenarios.read_all(), results_path=os.environ.get(results.VARIABLE))
    control = Control(harness)
    threading.Thread(target=control.serve_forever, daemon=True).start()
    print(json.dumps({"url": control.url, "scenarios": len(harness.list_scenarios({})["scenarios"])}), flush=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # or the real server would outlive us
    try:
        while sys.stdin.buffer.read(4096):
            pass
    except KeyboardInterrupt:
        pass
    control.shutdown()
    harness.close()
    return 0


def main(arguments):
    if arguments == ["--check"]:
        return check.main()
    if arguments:
        print(__doc__, file=sys.stderr)
        return 2
    return serve()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
