"""The connections that a client keeps: how many, for how long, and what becomes of a call whose connection has died."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, List, Optional

import httpx
import pytest
from peer import LOCKED, Asked, Last, answer, peer
from tasks import run

import onceonly
from onceonly import OnceOnly
from onceonly._resources import leases
from onceonly._transport import _pooling

KEY = "once_live_secret_0123456789"
EVENT = answer({"ok": True, "event_id": "e1"})

#: Calls with the client's own connections, and with a client of httpx; each for threads and for tasks.
Calling = Callable[[str, List[str]], List[Any]]


def _outcome(error: BaseException) -> Any:
    if not isinstance(error, onceonly.OnceOnlyError):
        raise error
    return error


def _calls(client: OnceOnly, verbs: List[str]) -> List[Any]:
    outcomes: List[Any] = []
    for verb in verbs:
        try:
            outcomes.append(client.check_lock("k", 60) if verb == "lock" else client.post_event("run", "note"))
        except onceonly.OnceOnlyError as error:
            outcomes.append(_outcome(error))
    return outcomes


async def _calls_async(client: OnceOnly, verbs: List[str]) -> List[Any]:
    outcomes: List[Any] = []
    for verb in verbs:
        try:
            call = client.check_lock_async("k", 60) if verb == "lock" else client.post_event_async("run", "note")
            outcomes.append(await call)
        except onceonly.OnceOnlyError as error:
            outcomes.append(_outcome(error))
    return outcomes


def by_threads(url: str, verbs: List[str]) -> List[Any]:
    with OnceOnly(KEY, url, fail_open=False, timeout=30) as client:
        return _calls(client, verbs)


def by_httpx(url: str, verbs: List[str]) -> List[Any]:
    with httpx.Client() as http, OnceOnly(KEY, url, fail_open=False, timeout=30, sync_client=http) as client:
        return _calls(client, verbs)


def by_tasks(url: str, verbs: List[str]) -> List[Any]:
    async def main() -> List[Any]:
        async with OnceOnly(KEY, url, fail_open=False, timeout=30) as client:
            return await _calls_async(client, verbs)

    return run(main())


def by_async_httpx(url: str, verbs: List[str]) -> List[Any]:
    async def main() -> List[Any]:
        async with httpx.AsyncClient() as http, OnceOnly(KEY, url, fail_open=False, timeout=30, async_client=http) as client:
            return await _calls_async(client, verbs)

    return run(main())


everyhow = pytest.mark.parametrize("calling", [by_threads, by_httpx, by_tasks, by_async_httpx])


def dying(asked: Asked) -> Optional[bytes]:
    """Answers each connection's first request, and hangs up on the second without a byte."""
    if asked.nth > 0:
        return None
    return LOCKED if "check-lock" in asked.line else EVENT


@everyhow
def test_kept_connection_that_has_died_is_replaced_by_a_fresh_one(calling: Calling) -> None:
    with peer(dying) as server:
        outcomes = calling(server.url, ["lock", "lock"])
    assert [getattr(one, "locked", one) for one in outcomes] == [True, True]
    assert [(one.connection, one.nth) for one in server.asked] == [(0, 0), (0, 1), (1, 0)]
    repeated, again = server.asked[1:]
    assert repeated.header("X-OnceOnly-Attempt-Id") == again.header("X-OnceOnly-Attempt-Id") is not None


@everyhow
def test_event_is_not_sent_again_when_its_connection_has_died(calling: Calling) -> None:
    with peer(dying) as server:
        outcomes = calling(server.url, ["lock", "event"])
    assert isinstance(outcomes[1], onceonly.NetworkError)
    assert len(server.asked) == 2


# A client of httpx does not show a part of an answer's head.
@pytest.mark.parametrize("calling", [by_threads, by_tasks])
def test_connection_that_dies_after_the_first_byte_is_a_failure(calling: Calling) -> None:
    with peer(lambda asked: LOCKED if asked.nth == 0 else Last(b"HTTP/1.1 2")) as server:
        outcomes = calling(server.url, ["lock", "lock"])
    assert outcomes[0].locked and isinstance(outcomes[1], onceonly.NetworkError)
    assert len(server.asked) == 2


@everyhow
def test_fresh_connection_that_dies_is_a_failure(calling: Calling) -> None:
    with peer(lambda asked: None) as server:
        outcomes = calling(server.url, ["lock"])
    assert isinstance(outcomes[0], onceonly.NetworkError) and not outcomes[0].unsent
    assert outcomes[0].message.startswith(f"can't reach {server.url}: ")
    assert len(server.asked) == 1


@everyhow
def test_second_connection_that_dies_is_a_failure(calling: Calling) -> None:
    with peer(lambda asked: LOCKED if (asked.connection, asked.nth) == (0, 0) else None) as server:
        outcomes = calling(server.url, ["lock", "lock"])
    assert isinstance(outcomes[1], onceonly.NetworkError)
    assert len(server.asked) == 3


def slowly(asked: Asked) -> bytes:
    time.sleep(0.05)
    return LOCKED


def test_threads_share_as_many_connections_as_they_may() -> None:
    def main(url: str) -> List[bool]:
        with OnceOnly(KEY, url, fail_open=False, timeout=30, max_connections=3) as client, ThreadPoolExecutor(12) as pool:
            return list(pool.map(lambda _: client.check_lock("k").locked, range(36)))

    with peer(slowly) as server:
        assert main(server.url) == [True] * 36
    assert server.most == server.accepted == 3


def test_tasks_share_as_many_connections_as_they_may() -> None:
    async def main(url: str) -> List[bool]:
        async with OnceOnly(KEY, url, fail_open=False, timeout=30, max_connections=3) as client:
            return [one.locked for one in await asyncio.gather(*(client.check_lock_async("k") for _ in range(36)))]

    with peer(slowly) as server:
        assert run(main(server.url)) == [True] * 36
    assert server.most == server.accepted == 3


class Gate:
    """A server's answer that waits until it is let go."""

    def __init__(self) -> None:
        self.come = threading.Event()
        self.let = threading.Event()

    def __call__(self, asked: Asked) -> bytes:
        self.come.set()
        assert self.let.wait(60)
        return LOCKED if "check-lock" in asked.line else answer({"ok": True, "status": "completed", "key": "k"})


def test_call_waits_for_a_connection_within_its_timeout() -> None:
    gate = Gate()
    # It would fail open; but the server was never asked.
    with peer(gate) as server, OnceOnly(KEY, server.url, timeout=0.5, max_connections=1) as client:
        engine: Any = client._engine
        request = engine.http._request(leases.status("k", None))
        first = threading.Thread(target=engine._sync_transport().send, args=(request, 30))
        first.start()
        assert gate.come.wait(30)
        with pytest.raises(onceonly.RequestTimeoutError) as raised:
            client.check_lock("k")
        gate.let.set()
        first.join(60)
    assert raised.value.message.startswith(f"no answer from {server.url} within 0.5 s")
    assert "max_connections" in raised.value.message and raised.value.unsent
    assert len(server.asked) == 1


async def test_task_that_waits_for_a_connection_in_vain_does_not_fail_open() -> None:
    gate = Gate()
    with peer(gate) as server:
        async with OnceOnly(KEY, server.url, timeout=0.5, max_connections=1) as client:
            engine: Any = client._engine
            request = engine.http._request(leases.status("k", None))
            first = asyncio.ensure_future(engine._async_transport().send(request, 30))
            while not gate.come.is_set():
                await asyncio.sleep(0.01)
            with pytest.raises(onceonly.RequestTimeoutError, match="max_connections"):
                await client.check_lock_async("k")
            gate.let.set()
            assert (await first).status == 200
    assert len(server.asked) == 1


class Waited:
    """A server that holds who asks with ``wait`` until it is let go, and answers all others at once."""

    def __init__(self) -> None:
        self.let = threading.Event()

    def __call__(self, asked: Asked) -> bytes:
        if "check-lock" in asked.line:
            return LOCKED
        if "wait=" in asked.line and not self.let.is_set():
            self.let.wait(60)
        status = "completed" if self.let.is_set() else "in_progress"
        return answer({"ok": True, "status": status, "key": "k", "retry_after_sec": 1})


def _held(server: Any) -> int:
    return sum("wait=" in one.line for one in list(server.asked))


def _unheld(server: Any) -> int:
    return sum(one.line.startswith("GET /v1/ai/status?key=k HTTP") for one in list(server.asked))


@pytest.mark.parametrize(("connections", "held"), [(1, 0), (2, 1), (3, 1), (8, 4)])
def test_waiting_threads_leave_half_of_the_connections_to_the_others(connections: int, held: int) -> None:
    waited = Waited()
    with peer(waited) as server, ThreadPoolExecutor(10) as pool:
        client = OnceOnly(KEY, server.url, timeout=30, max_connections=connections)
        waiters = [pool.submit(client.ai.wait, "k", timeout=60, poll_min=0.05, poll_max=0.1) for _ in range(10)]
        end = time.monotonic() + 30
        while (_held(server) < held or _unheld(server) < 3 * (10 - held)) and time.monotonic() < end:
            time.sleep(0.01)
        assert client.check_lock("k").request_id != "fail-open"
        assert _held(server) == held
        waited.let.set()
        assert [one.result(60).status for one in waiters] == ["completed"] * 10
        client.close()
    assert server.most <= connections


@pytest.mark.parametrize(("connections", "held"), [(1, 0), (2, 1), (3, 1), (8, 4)])
async def test_waiting_tasks_leave_half_of_the_connections_to_the_others(connections: int, held: int) -> None:
    waited = Waited()
    with peer(waited) as server:
        async with OnceOnly(KEY, server.url, timeout=30, max_connections=connections) as client:
            waits = [client.ai.wait_async("k", timeout=60, poll_min=0.05, poll_max=0.1) for _ in range(10)]
            waiters = [asyncio.ensure_future(one) for one in waits]
            end = time.monotonic() + 30
            while (_held(server) < held or _unheld(server) < 3 * (10 - held)) and time.monotonic() < end:
                await asyncio.sleep(0.01)
            assert (await client.check_lock_async("k")).request_id != "fail-open"
            assert _held(server) == held
            waited.let.set()
            assert [(await one).status for one in waiters] == ["completed"] * 10
    assert server.most <= connections


def test_waiters_of_a_client_that_was_brought_leave_half_of_the_connections_too() -> None:
    waited = Waited()
    limits = httpx.Limits(max_connections=2)
    with peer(waited) as server, httpx.Client(limits=limits) as http, ThreadPoolExecutor(4) as pool:
        client = OnceOnly(KEY, server.url, timeout=30, max_connections=2, sync_client=http)
        waiters = [pool.submit(client.ai.wait, "k", timeout=60, poll_min=0.05, poll_max=0.1) for _ in range(4)]
        end = time.monotonic() + 30
        while (_held(server) < 1 or _unheld(server) < 9) and time.monotonic() < end:
            time.sleep(0.01)
        assert client.check_lock("k").request_id != "fail-open"
        waited.let.set()
        assert [one.result(60).status for one in waiters] == ["completed"] * 4


def test_waiter_that_pauses_by_itself_does_not_ask_without_a_pause() -> None:
    def in_progress(asked: Asked) -> bytes:
        return answer({"ok": True, "status": "in_progress", "key": "k"})

    with peer(in_progress) as server, OnceOnly(KEY, server.url, timeout=30, max_connections=1) as client:
        assert client.ai.wait("k", timeout=1, poll_min=0, poll_max=0).error_code == "timeout"
    assert len(server.asked) <= 22


async def test_task_that_waits_for_a_connection_in_vain_or_is_cancelled_takes_nobodys_turn() -> None:
    gate = Gate()
    with peer(gate) as server:
        async with OnceOnly(KEY, server.url, fail_open=False, timeout=30, max_connections=1) as client:
            first = asyncio.ensure_future(client.check_lock_async("k"))
            while not gate.come.is_set():
                await asyncio.sleep(0.01)
            waiting = [asyncio.ensure_future(client.check_lock_async("k")) for _ in range(3)]
            await asyncio.sleep(0.05)
            waiting[0].cancel()
            gate.let.set()
            assert (await first).locked
            assert [(await one).locked for one in waiting[1:]] == [True, True]
            with pytest.raises(asyncio.CancelledError):
                await waiting[0]
    assert server.accepted == 1


def test_connections_that_nobody_has_used_for_long_are_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_pooling, "KEEPALIVE_SECONDS", 0.2)
    all_in = threading.Barrier(5)

    def together(asked: Asked) -> bytes:
        if asked.nth == 0 and asked.connection < 5:
            all_in.wait(30)
        return LOCKED

    with peer(together) as server, OnceOnly(KEY, server.url, fail_open=False, timeout=30) as client:
        with ThreadPoolExecutor(5) as pool:
            assert all(pool.map(lambda _: client.check_lock("k").locked, range(5)))
        assert server.open == 5
        time.sleep(_pooling.SWEEP_SECONDS + 0.3)
        assert client.check_lock("k").locked
        end = time.monotonic() + 30
        while server.open > 1 and time.monotonic() < end:
            time.sleep(0.01)
        assert server.open == 1


# asyncio says of each that its loop has not closed it.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_connections_of_event_loops_that_have_ended_are_closed() -> None:
    with peer(lambda asked: LOCKED) as server:
        client = OnceOnly(KEY, server.url, fail_open=False, timeout=30)
        gc.disable()
        try:
            for _ in range(5):
                assert run(client.check_lock_async("k")).locked
            end = time.monotonic() + 30
            while server.open > 1 and time.monotonic() < end:
                time.sleep(0.01)
            assert server.open == 1
        finally:
            gc.enable()
        client.close()
        del client
        gc.collect()


def with_more(asked: Asked) -> bytes:
    """Answers twice to the first question of a connection."""
    own = answer({"success": True, "status": "locked", "n": len(asked.body)})
    return own + answer({"success": True, "status": "locked", "stray": True}) if asked.nth == 0 else own


@pytest.mark.parametrize("calling", [by_threads, by_tasks])
def test_connection_with_more_than_an_answer_is_not_used_again(calling: Calling) -> None:
    with peer(with_more) as server:
        outcomes = calling(server.url, ["lock", "lock", "lock"])
    assert [one.raw.get("stray") for one in outcomes] == [None] * 3
    assert server.accepted == 3


def test_connection_through_a_proxy_with_more_than_an_answer_is_not_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with peer(with_more) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        with OnceOnly(KEY, "http://onceonly.test", fail_open=False, timeout=30) as client:
            assert [client.check_lock("k", 60).raw.get("stray") for _ in range(2)] == [None] * 2
    assert proxy.accepted == 2


def test_turns_are_not_lost_with_connections_that_die() -> None:
    def by_16_threads(url: str) -> List[bool]:
        with OnceOnly(KEY, url, fail_open=False, timeout=60, max_connections=4) as client, ThreadPoolExecutor(16) as pool:
            return list(pool.map(lambda _: client.check_lock("k").locked, range(320)))

    async def by_16_tasks(url: str) -> List[bool]:
        async with OnceOnly(KEY, url, fail_open=False, timeout=60, max_connections=4) as client:

            async def caller() -> List[bool]:
                return [(await client.check_lock_async("k")).locked for _ in range(20)]

            return [one for some in await asyncio.gather(*(caller() for _ in range(16))) for one in some]

    with peer(dying) as server:
        assert by_16_threads(server.url) == [True] * 320
        assert run(by_16_tasks(server.url)) == [True] * 320
