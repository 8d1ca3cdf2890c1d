"""Whether a function has run, and what is told of it: recording, lost leases, and waiting in line."""

from __future__ import annotations

import asyncio
import functools
import threading
import time
from datetime import datetime, timedelta, timezone
from typing import Any, Callable, List

import httpx
import pytest
from samples import (
    plus,
)
from scripted import HELD, REFUSED, Scripted
from test_functions import Server

import onceonly
from onceonly import OnceOnly, current_lease, idempotent
from onceonly._model import datetime_of

# --- recording ---------------------------------------------------------------------------------------------------------------------


def test_completing_is_tried_until_the_server_is_back_although_retries_are_off() -> None:
    server = Scripted(complete=[REFUSED, 503, 500, REFUSED, 429, 502, REFUSED, 504])
    with server.client() as client:
        assert client.ai.run_fn("k", lambda: 7, ttl=60).result == {"data": 7}
    assert server.asked.count("complete") == 9 and "fail" not in server.asked


def test_hook_is_told_of_each_further_attempt_to_record() -> None:
    events: List[Any] = []
    server = Scripted(complete=[REFUSED, 503])
    with server.client(on_retry=events.append) as client:
        client.ai.run_fn("k", lambda: 7)
    assert [(event.method, event.path, event.attempt) for event in events] == [("POST", "/v1/ai/complete", n) for n in (1, 2)]
    assert [type(event.failure) for event in events] == [onceonly.NetworkError, onceonly.ApiError]


def test_failing_is_tried_until_the_server_is_back() -> None:
    server = Scripted(fail=[REFUSED] * 6)
    with server.client() as client, pytest.raises(ZeroDivisionError):
        client.ai.run_fn("k", lambda: 1 // 0, ttl=60)
    assert server.asked.count("fail") == 7


def test_result_that_cannot_be_recorded_until_the_leases_end_is_told_with_the_value() -> None:
    server = Scripted(complete=[REFUSED] * 10_000, extend=[REFUSED] * 10_000)
    begun = time.monotonic()
    with server.client() as client, pytest.raises(onceonly.ResultNotRecordedError) as raised:
        client.ai.run_fn("k", lambda: [1, 2], ttl=1)
    assert time.monotonic() - begun >= 0.99
    assert raised.value.result == [1, 2] and isinstance(raised.value.__cause__, onceonly.NetworkError)
    assert "fail" not in server.asked and server.asked.count("complete") >= 3


def test_completing_ends_one_ttl_after_the_function_although_the_lease_is_extended() -> None:
    server = Scripted(complete=[503] * 10_000)
    begun = time.monotonic()
    with server.client() as client, pytest.raises(onceonly.ResultNotRecordedError) as raised:
        client.ai.run_fn("k", lambda: 1, ttl=2, extend_every=0.05)
    assert 1.99 <= time.monotonic() - begun < 60
    assert raised.value.status_code == 503 and "extend" in server.asked


@pytest.mark.parametrize("asynchronous", [False, True])
async def test_lease_is_extended_until_its_end_is_recorded(asynchronous: bool) -> None:
    server = Scripted()

    class Slow(Scripted):
        def __call__(self, request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("complete"):
                server.extended.clear()
                assert server.extended.wait(20)  # Only an extend during complete lets it go on.
            return server(request)

    async with OnceOnly("once_live_x", "http://h", transport=Slow(), async_transport=_in_thread(Slow())) as client:
        if asynchronous:
            assert (await client.ai.run_fn_async("k", lambda: 1, extend_every=0.05)).ok
        else:
            assert (await asyncio.to_thread(client.ai.run_fn, "k", lambda: 1, extend_every=0.05)).ok
    assert server.asked[-1] == "result"


def _in_thread(handler: Callable[[httpx.Request], httpx.Response]) -> Any:
    async def answer(request: httpx.Request) -> httpx.Response:
        return await asyncio.to_thread(handler, request)

    return httpx.MockTransport(answer)


def test_extend_that_is_refused_because_the_lease_is_completed_is_no_lost_lease() -> None:
    told: List[Any] = []
    completing = threading.Event()

    class Late(Server):
        def __call__(self, request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("extend"):
                assert completing.wait(20)
                return httpx.Response(409, json={"detail": {"error": "lease_finished"}})
            if request.url.path.endswith("complete"):
                completing.set()
                _ended("onceonly-heartbeat")
            return super().__call__(request)

    server = Late()
    with server.client() as client:
        assert client.ai.run_fn("k", lambda: time.sleep(0.3), extend_every=0.05, on_lease_lost=told.append).ok
    assert told == []


def _ended(name: str) -> None:
    for thread in threading.enumerate():
        if thread.name == name:
            thread.join(20)
            assert not thread.is_alive()


def test_conflict_at_complete_is_a_lost_lease_that_has_run() -> None:
    with Scripted(complete=[409]).client() as client, pytest.raises(onceonly.LeaseLostError) as raised:
        client.ai.run_fn("k", lambda: {"n": 1})
    assert (raised.value.ran, raised.value.result, raised.value.code) == (True, {"n": 1}, "lease_mismatch")


# --- the clock ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("raises", [False, True])
def test_lease_is_lost_when_its_time_has_passed_without_an_extend(raises: bool) -> None:
    server = Scripted(extend=[REFUSED] * 10_000)
    told: List[Any] = []

    def function() -> str:
        assert current_lease().wait_lost(20) and current_lease().expired
        if raises:
            raise RuntimeError("stopped halfway")
        return "done"

    with server.client() as client:
        begun = time.monotonic()
        if raises:
            with pytest.raises(onceonly.LeaseLostError) as raised:
                client.ai.run_fn("k", function, ttl=1, on_lease_lost=told.append)
            assert (raised.value.code, raised.value.ran) == ("lease_expired", False)
            assert isinstance(raised.value.__context__, RuntimeError)
        else:
            # Nobody has said that another owns the key, so the value is offered.
            assert client.ai.run_fn("k", function, ttl=1, on_lease_lost=told.append).result == {"data": "done"}
    assert time.monotonic() - begun >= 0.99
    assert [(type(error), error.code) for error in told] == [(onceonly.LeaseLostError, "lease_expired")]
    assert ("fail" in server.asked, "complete" in server.asked) == (False, not raises)


async def test_async_function_is_cancelled_when_its_leases_time_has_passed() -> None:
    server = Scripted(extend=[REFUSED] * 10_000)
    told: List[Any] = []
    async with server.client() as client:
        with pytest.raises(onceonly.LeaseLostError) as raised:
            await client.ai.run_fn_async("k", functools.partial(asyncio.sleep, 60), ttl=1, on_lease_lost=told.append)
    assert raised.value.code == "lease_expired" and not raised.value.ran and len(told) == 1
    assert set(server.asked) == {"lease", "extend"}


def test_value_that_comes_after_the_leases_time_is_offered_three_times() -> None:
    server = Scripted(extend=[REFUSED] * 10_000, complete=[REFUSED] * 10_000)
    with server.client() as client, pytest.raises(onceonly.ResultNotRecordedError) as raised:
        client.ai.run_fn("k", lambda: current_lease().wait_lost(20), ttl=1)
    assert raised.value.result is True and server.asked.count("complete") == 3


def test_extend_that_hangs_is_given_up_at_the_leases_end(tmp_path: Any) -> None:
    server = Scripted()

    class Hanging(Scripted):
        def __call__(self, request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("extend"):
                timeout = request.extensions["timeout"]["read"]
                assert timeout <= 1.01
                time.sleep(timeout)
                raise httpx.ReadTimeout("silence")
            return server(request)

    lost_after: List[float] = []
    with OnceOnly("once_live_x", "http://h", transport=Hanging(), timeout=60) as client:
        begun = time.monotonic()
        client.ai.run_fn("k", lambda: lost_after.append(current_lease().wait_lost(20) and time.monotonic() - begun), ttl=1)
    assert 0.99 <= lost_after[0] < 15


def test_lease_whose_request_was_repeated_counts_from_the_first_attempt() -> None:
    ends: List[float] = []
    sent: List[float] = []

    class Noting(Scripted):
        def __call__(self, request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("lease"):
                sent.append(time.monotonic())
            return super().__call__(request)

    acquired = {"status": "acquired", "lease_id": "l", "ttl": 60}
    for replayed in (True, False):
        sent.clear()
        server = Noting(lease=[503, {**acquired, "replayed": replayed}])
        with server.client(max_retries_429=1, retry_backoff=0.4, retry_max_backoff=0.4) as client:
            client.ai.run_fn("k", lambda: ends.append(current_lease().end))
        # The flow notes an attempt before the server does, and well after the one before.
        assert (ends[-1] - 60 <= sent[0]) == replayed and ends[-1] - 60 <= sent[1]


# --- waiting in line ---------------------------------------------------------------------------------------------------------------

GONE = {"ok": False, "status": "not_found"}


def test_waiter_takes_over_from_an_owner_that_has_died() -> None:
    server = Scripted(lease=[HELD], status=[{"status": "in_progress"}, GONE])
    with server.client() as client:
        assert client.ai.run_fn("k", lambda: "mine", poll_min=0.01, poll_max=0.02).result == {"data": "mine"}
    assert server.asked == ["lease", "status", "status", "lease", "complete", "result"]


def test_waiter_that_never_acquires_gives_up_in_time_and_does_not_hurry() -> None:
    server = Scripted(lease=[HELD] * 10_000, status=[GONE] * 10_000)
    with server.client() as client:
        outcome = client.ai.run_fn("k", lambda: 1, timeout=0.5, poll_min=0.1, poll_max=0.1)
    assert (outcome.ok, outcome.error_code) == (False, "timeout")
    assert server.asked.count("lease") <= 7


def test_key_that_was_released_is_run_again_by_whoever_is_told_so() -> None:
    released = {"ok": True, "status": "failed", "error_code": "released"}
    at_once = Scripted(lease=[{"status": "failed"}], result=[released])
    waiting = Scripted(lease=[HELD], status=[{"status": "failed"}], result=[released])
    for server in (at_once, waiting):
        with server.client() as client:
            assert client.ai.run_fn("k", lambda: "again").result == {"data": "again"}
        leases = [body for name, body in zip(server.asked, server.bodies) if name == "lease"]
        assert [body.get("retry_failed") for body in leases] == [None, True]
    stubborn = Scripted(lease=[{"status": "failed"}] * 3, result=[released] * 3)
    with stubborn.client() as client:
        outcome = client.ai.run_fn("k", lambda: "again")
    assert (outcome.ok, outcome.error_code, stubborn.asked.count("lease")) == (False, "released", 2)


def test_run_that_is_gone_ends_the_wait() -> None:
    server = Scripted(run=[{"ok": True, "status": "acquired", "lease_id": "l", "key": "k"}], status=[GONE])
    with server.client() as client:
        outcome = client.ai.run_and_wait("k", timeout=60, run_id=" r ")
        assert server.bodies[0]["metadata"] == {"run_id": "r"}
        assert (outcome.ok, outcome.status, outcome.error_code) == (False, "not_found", "not_found")
        governed = client.ai.run_and_wait(agent_id="a", tool="t", args={"x": 1}, spend_usd=0.5, run_id=" r ")
        assert isinstance(governed, onceonly.AiToolResult)
        for wrong in ({}, {"key": "k", "agent_id": "a"}, {"agent_id": "a"}):
            with pytest.raises(ValueError, match="give"):
                client.ai.run_and_wait(**wrong)  # pyright: ignore[reportCallIssue, reportArgumentType]
    assert server.bodies[2]["args"] == {"x": 1, "run_id": "r"}


def test_durations_may_be_timedeltas() -> None:
    server = Server()
    with server.client() as client:
        client.ai.run_fn(
            "k", lambda: 1, ttl=timedelta(minutes=2), extend_every=timedelta(seconds=5), timeout=timedelta(seconds=3)
        )
        client.ai.lease("k2", ttl=timedelta(hours=1))
        client.ai.extend("k2", "l", timedelta(hours=2))
        client.check_lock("k3", timedelta(days=1))
        idempotent(client, ttl=timedelta(days=1))(plus)(1)
        with pytest.raises(ValueError, match="ttl must be whole seconds"):
            client.ai.lease("k2", ttl=timedelta(milliseconds=1500))
    sent = [body["ttl"] for body in server.bodies if "ttl" in body]
    assert sent == [120, 3600, 7200, 86400, 86400]


def test_empty_key_is_a_validation_error_and_a_value_error() -> None:
    with Server().client() as client:
        for call in (
            client.check_lock,
            client.ai.lease,
            client.ai.run,
            client.ai.status,
            lambda key: client.ai.run_fn(key, int),
        ):
            for key in ("", "  "):
                with pytest.raises(onceonly.ValidationError, match="key must not be empty") as raised:
                    call(key)
                assert isinstance(raised.value, ValueError) and raised.value.status_code is None


@pytest.mark.parametrize(
    ("text", "microseconds"), [("08:00:00Z", 0), ("08:00:00.5Z", 500_000), ("10:00:00.123456789+02:00", 123_456)]
)
def test_instant_is_read_on_every_python(text: str, microseconds: int) -> None:
    assert datetime_of(f"2026-05-01T{text}") == datetime(2026, 5, 1, 8, 0, 0, microseconds, tzinfo=timezone.utc)
