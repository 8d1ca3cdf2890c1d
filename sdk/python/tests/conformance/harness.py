"""The harness of spec/conformance, started once for all tests, and its protocol."""

from __future__ import annotations

import functools
import http.client
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List, Optional
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[4]
CONFORMANCE = ROOT / "spec" / "conformance"


class Harness:
    """Thread-safe: each thread has a connection of its own."""

    def __init__(self) -> None:
        self._process: Optional[subprocess.Popen[str]] = None
        url = os.environ.get("ONCEONLY_CONFORMANCE_URL")
        if not url:
            self._process = subprocess.Popen(
                [sys.executable, str(CONFORMANCE / "harness.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            assert self._process.stdout is not None
            url = json.loads(self._process.stdout.readline())["url"]
        parts = urlsplit(url)
        self._address = (parts.hostname or "127.0.0.1", parts.port or 80)

    def ask(self, method: str, path: str, body: Optional[Dict[str, Any]] = None) -> Dict[str, Any]:
        """One request of the protocol; a misuse is an AssertionError with the harness's words."""
        connection = http.client.HTTPConnection(*self._address, timeout=120)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), {"Content-Type": "application/json"})
            answer = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        assert set(answer) != {"error"}, answer["error"]
        return answer

    def scenarios(self) -> List[Dict[str, Any]]:
        """What there is to run."""
        return self.ask("GET", "/scenarios")["scenarios"]

    def close(self) -> None:
        """End the harness, and with it the server that it has started."""
        if self._process is not None:
            assert self._process.stdin is not None and self._process.stdout is not None
            self._process.stdin.close()
            self._process.wait(60)
            self._process.stdout.close()


@functools.cache
def harness() -> Harness:
    """The one harness."""
    return Harness()


def cancels(scenario_id: str) -> bool:
    """Whether a scenario cancels a call. Python has no way to cancel a call of another thread, so only the asynchronous client runs it."""
    file, name = scenario_id.split(": ", 1)
    path = CONFORMANCE / (file if file.endswith(".json") else f"{file}.json")
    found = [one for one in json.loads(path.read_text("utf-8")) if one["name"] == name]
    return any("cancel_after_ms" in step for step in found[0]["steps"])
