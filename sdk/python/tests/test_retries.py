"""Further attempts of one call, and the pauses between them."""

from __future__ import annotations

import time
from typing import List

import httpx
import pytest
from test_client import KEY, LOCKED, answering

import onceonly
from onceonly import OnceOnly


def test_retry_is_the_same_call_with_the_same_id() -> None:
    handler, asked = answering((503, {}), (429, {"detail": {"error": "rate_limited"}}), (200, LOCKED))
    with OnceOnly(KEY, "http://h", transport=handler, max_retries_429=2, retry_backoff=0) as client:
        assert client.check_lock("k", 60).locked
    assert len({(one.headers["x-onceonly-attempt-id"], one.content) for one in asked}) == 1 < len(asked)


def test_pauses_are_random_and_bounded() -> None:
    client = OnceOnly(KEY, retry_backoff=1, retry_max_backoff=6)
    pause = client._engine.http.pause_after
    error = onceonly.ApiError("no")
    for attempt, longest in ((0, 1.0), (1, 2.0), (2, 4.0), (3, 6.0), (5000, 6.0)):
        pauses = [pause(error, attempt) for _ in range(200)]
        assert longest / 2 <= min(pauses) < max(pauses) <= longest
    asked = [pause(onceonly.ApiError("no", retry_after_sec=5), 0) for _ in range(200)]
    assert 5 <= min(asked) < max(asked) <= 5.5
    assert pause(onceonly.ApiError("no", retry_after_sec=60), 0) == 6


@pytest.mark.parametrize("retry_after", ["3600", "7", "Fri, 31 Dec 2100 23:59:59 GMT"])
def test_pause_that_is_too_long_is_not_waited_for(retry_after: str) -> None:
    asked: List[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(429, headers={"Retry-After": retry_after}, json={"detail": {"error": "rate_limited"}})

    with OnceOnly(KEY, "http://h", transport=handler, max_retries_429=3, retry_max_backoff=6) as client:
        began = time.monotonic()
        with pytest.raises(onceonly.RateLimitError) as raised:
            client.check_lock("k")
    assert time.monotonic() - began < 5 and len(asked) == 1
    assert (raised.value.retry_after_sec or 0) > 6


def test_pause_that_passes_the_deadline_is_not_waited_for() -> None:
    def handler(_: httpx.Request) -> httpx.Response:
        return httpx.Response(503, headers={"Retry-After": "4"})

    with OnceOnly(KEY, "http://h", transport=handler, max_retries_429=3, deadline=1, fail_open=False) as client:
        began = time.monotonic()
        with pytest.raises(onceonly.ApiError) as raised:
            client.check_lock("k")
    assert time.monotonic() - began < 1 and raised.value.retry_after_sec == 4
