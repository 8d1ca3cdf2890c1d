"""A server of tests that says what it is told to say."""

from __future__ import annotations

from typing import Any, List

import httpx
from test_functions import Server

from onceonly import OnceOnly

REFUSED = httpx.ConnectError("refused")
HELD = {"status": "polling"}


class Scripted(Server):
    """A server that answers calls of a name by what stands in line for it, and then as usual."""

    def __init__(self, **answers: List[Any]) -> None:
        super().__init__()
        self.answers = answers

    def __call__(self, request: httpx.Request) -> httpx.Response:
        usual = super().__call__(request)
        line = self.answers.get(self.asked[-1])
        answer = line.pop(0) if line else usual
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, int):
            return httpx.Response(answer, json={"detail": {"error": "lease_mismatch" if answer == 409 else "busy"}})
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)

    def client(self, **options: Any) -> OnceOnly:
        return OnceOnly(
            "once_live_x", "http://h", transport=self, **{"retry_backoff": 0.01, "retry_max_backoff": 0.02, **options}
        )
