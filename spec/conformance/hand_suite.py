"""A suite written by hand, for the tests that judge the judge."""

import http.client
import json
import os
import shutil
import tempfile
import threading
import unittest
from urllib.parse import urlsplit

import harness
import results
import scenarios

LOCKED = {"success": True, "status": "locked", "key": "k", "ttl": 60, "first_seen_at": None}
CHECK = {
    "request": {"method": "POST", "path": "/v1/check-lock", "body": {"key": "k-${run}", "ttl": 60, "-metadata": None}},
    "answer": {"body": LOCKED},
}
CHECK_STEP = {
    "call": "check_lock",
    "args": {"key": "k-${run}", "ttl": 60},
    "exchanges": [CHECK],
    "expect": {"value": {"locked": True, "key": "k-${run}"}},
}


class Driver:
    """Goes through one scenario as a suite would, with whatever requests and outcomes a test wants."""

    def __init__(self, control_url, scenario_id, mode="canned"):
        self._control = urlsplit(control_url).netloc
        self.begun = self.ask("/begin", {"id": scenario_id, "mode": mode, "sdk": "python"})
        if "error" in self.begun:
            raise AssertionError(self.begun["error"])
        self.run = self.begun["run"]
        self.address = urlsplit(self.begun["base_url"]).netloc

    def ask(self, path, body=None):
        connection = http.client.HTTPConnection(self._control, timeout=150)
        connection.request("GET" if body is None else "POST", path, None if body is None else json.dumps(body))
        answer = json.loads(connection.getresponse().read())
        connection.close()
        return answer

    def step(self, index=0):
        return self.ask("/step", {"run": self.run, "index": index})

    def outcome(self, told, index=0):
        return self.ask(
            "/outcome", {"run": self.run, "index": index, "elapsed_ms": 5, "fn_calls": 0, "logged": [], **told}
        )["problems"]

    def end(self):
        return self.ask("/end", {"run": self.run})["problems"]

    def send(self, method, path, body=None, **headers):
        """Status and bytes of the answer; headers with `_` for `-`, None to leave one out."""
        wanted = {
            "authorization": "Bearer " + self.begun["api_key"],
            "user-agent": "onceonly-python-sdk/1.0",
            "x-onceonly-attempt-id": "attempt-12345678",
        }
        if body is not None:
            wanted["content-type"] = "application/json"
        wanted.update({name.replace("_", "-"): value for name, value in headers.items()})
        connection = http.client.HTTPConnection(self.address, timeout=10)
        try:
            text = body if isinstance(body, (str, type(None))) else json.dumps(body)
            connection.request(method, path, text, {name: value for name, value in wanted.items() if value is not None})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def check(self, **changes):
        body = {"key": "k-" + self.run, "ttl": 60}
        headers = {
            name: changes.pop(name)
            for name in list(changes)
            if name in ("authorization", "user_agent", "x_onceonly_attempt_id", "content_type")
        }
        return self.send("POST", "/v1/check-lock", {**body, **changes}, **headers)

    def right(self):
        return {"value": {"locked": True, "key": "k-" + self.run}}


class JudgeTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        self.results = os.path.join(folder, "results.jsonl")

    def drive(self, *steps, mode="canned", server=None, **scenario):
        spec = {"name": "one", "steps": list(steps), **scenario}
        subject = harness.Harness([scenarios.Scenario("file", spec)], server, self.results)
        control = harness.Control(subject)
        threading.Thread(target=control.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        self.addCleanup(subject.close)
        self.addCleanup(control.server_close)
        self.addCleanup(control.shutdown)
        return Driver(control.url, "file: one", mode)

    def assert_says(self, text, problems):
        self.assertTrue(any(text in problem for problem in problems), "%r is not in %r" % (text, problems))

    def passed(self):
        return [result["passed"] for result in results.read(self.results)]
