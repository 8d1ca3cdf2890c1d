"""What scenarios can't express: options, closing, threads, forks, loops, secrets."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import pickle
import socket
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, Callable, Dict, Iterator, List, Tuple
from unittest.mock import Mock

import httpx
import pytest
from peer import Last, answer, peer
from tasks import run

import onceonly
from onceonly import OnceOnly

KEY = "once_live_secret_0123456789"
LOCKED = {"success": True, "status": "locked", "key": "k", "ttl": 60}
Live = Tuple[str, str]


def answering(*answers: Tuple[int, Any]) -> Tuple[Callable[[httpx.Request], httpx.Response], List[httpx.Request]]:
    """A function from request to answer, which gives one answer after the other and the last one for ever; and what it was asked."""
    asked: List[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        status, body = answers[min(len(asked), len(answers) - 1)]
        asked.append(request)
        return httpx.Response(status, json=body)

    return handler, asked


@pytest.fixture
def silent() -> Iterator[str]:
    """The URL of a server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_api_key_shows_nowhere(caplog: pytest.LogCaptureFixture, silent: str) -> None:
    caplog.set_level(logging.DEBUG)
    with OnceOnly(KEY, silent, timeout=0.05) as client:
        shown = [repr(client), repr(client.ai), str(client.gov), repr(client.check_lock("k"))]
        with pytest.raises(onceonly.RequestTimeoutError) as raised:
            client.me()
        shown += [repr(raised.value), str(raised.value), repr(raised.value.__cause__)]
    assert KEY not in "".join(shown) + caplog.text


def _refused_by(what: str) -> Callable[..., Any]:
    def post(*_: Any, **__: Any) -> Any:
        raise ValueError(what)

    return post


@pytest.mark.parametrize(
    ("respond", "options"),
    [
        (lambda _: None, {}),
        (lambda _: Last(b"HTTP/1.1 2"), {}),
        (lambda _: answer("no object"), {}),
        (lambda _: answer({"detail": "down"}, "503 Down"), {}),
        (lambda _: None, {"sync_client": httpx.Client(), "async_client": httpx.AsyncClient()}),
        (None, {"transport": _refused_by("a transport")}),
        (None, {"sync_client": Mock(post=_refused_by("a stand-in")), "async_client": Mock(post=_refused_by("a stand-in"))}),
    ],
)
def test_traceback_with_all_local_variables_shows_no_api_key(respond: Any, options: Dict[str, Any]) -> None:
    def told(error: Exception) -> str:
        return "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())

    async def main(url: str) -> str:
        async with OnceOnly(KEY, url, fail_open=False, timeout=30, **options) as client:
            with pytest.raises(Exception) as raised:
                await client.check_lock_async("k")
        return told(raised.value)

    with peer(respond) as server:
        with OnceOnly(KEY, server.url, fail_open=False, timeout=30, **options) as client, pytest.raises(Exception) as raised:
            client.check_lock("k")
        tellings = told(raised.value), run(main(server.url))
    assert all("check_lock" in one and KEY not in one for one in tellings)


def test_network_error_has_httpx_as_its_cause() -> None:
    with OnceOnly(KEY, "http://127.0.0.1:9") as client, pytest.raises(onceonly.NetworkError) as raised:
        client.me()
    assert isinstance(raised.value.__cause__, httpx.ConnectError)
    assert raised.value.unsent


def test_errors_survive_pickling() -> None:
    error = onceonly.RateLimitError("slow down", status_code=429, retry_after_sec=7, detail={"error": "x"})
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.message, again.status_code, again.retry_after_sec) == (type(error), "slow down", 429, 7)


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.check_lock("k", 60),
        lambda client: client.check_lock_batch(["k"]),
        lambda client: client.release_lock("k", "lock_1"),
        lambda client: client.ai.lease("k"),
        lambda client: client.ai.run("k"),
        lambda client: client.ai.status("k"),
        lambda client: client.ai.result("k"),
        lambda client: client.ai.extend("k", "lease_1"),
        lambda client: client.ai.complete("k", "lease_1"),
        lambda client: client.ai.fail("k", "lease_1", "code"),
        lambda client: client.ai.cancel("k", "lease_1"),
    ],
)
def test_answer_about_another_key_is_no_answer(call: Callable[[OnceOnly], Any]) -> None:
    other = {"ok": True, "success": True, "status": "locked", "key": "other"}
    handler, _ = answering((200, {**other, "items": [other]}))
    with pytest.raises(onceonly.ProtocolError, match="another key"):
        call(OnceOnly(KEY, "http://h", transport=handler))


@pytest.mark.parametrize("error", [ConnectionResetError("gone"), TimeoutError("late"), OSError(5, "input")])
def test_what_the_system_says_is_a_network_error_too(error: OSError) -> None:
    def failing(*_: Any, **__: Any) -> Any:
        raise error

    async def failing_async(*_: Any, **__: Any) -> Any:
        raise error

    kind = onceonly.RequestTimeoutError if isinstance(error, TimeoutError) else onceonly.NetworkError
    by_transport = OnceOnly(KEY, "http://h", fail_open=False, transport=failing)
    by_stand_in = OnceOnly(
        KEY, "http://h", fail_open=False, sync_client=Mock(post=failing), async_client=Mock(post=failing_async)
    )
    for client in (by_transport, by_stand_in):
        for call in (client.check_lock, lambda key, client=client: run(client.check_lock_async(key))):
            with pytest.raises(onceonly.NetworkError) as raised:
                call("k")
            assert type(raised.value) is kind and raised.value.__cause__ is error


@pytest.mark.parametrize("value", [1e10, 1e300, timedelta(days=999_999)])
def test_timeouts_may_be_longer_than_the_system_can_wait(value: Any) -> None:
    async def main(url: str) -> bool:
        async with OnceOnly(KEY, url, fail_open=False, timeout=value, deadline=value) as client:
            return (await client.check_lock_async("k")).locked

    with peer(lambda _: answer(LOCKED)) as server:
        with OnceOnly(KEY, server.url, fail_open=False, timeout=value, deadline=value) as client:
            assert client.check_lock("k").locked
            assert client.ai.wait("k", timeout=0, poll_max=value).error_code == "timeout"
        assert run(main(server.url))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("10", 10), ("0.5", 0.5), ("1_0", None), ("1e3", None), ("-1", None), ("nan", None), ("+5", None), ("", None)],
)
def test_retry_after_is_a_number_only_in_plain_digits(value: str, seconds: Any) -> None:
    client = OnceOnly(KEY, "http://h", transport=lambda _: httpx.Response(429, json={}, headers={"Retry-After": value}))
    with pytest.raises(onceonly.RateLimitError) as raised:
        client.check_lock("k")
    assert raised.value.retry_after_sec == seconds


def test_wait_for_a_connection_of_a_client_that_was_brought_does_not_fail_open() -> None:
    let = threading.Event()

    def held(_: Any) -> bytes:
        assert let.wait(60)
        return answer({"ok": True, "key": "k", "status": "completed"})

    async def main(url: str) -> None:
        async with httpx.AsyncClient(limits=httpx.Limits(max_connections=1)) as http:
            first = asyncio.ensure_future(http.get(url, timeout=60))
            await asyncio.sleep(0.2)
            with pytest.raises(onceonly.RequestTimeoutError):
                await OnceOnly(KEY, url, timeout=1, async_client=http).check_lock_async("k")
            let.set()
            await first

    with peer(held) as server:
        run(main(server.url))
        let.clear()
        with httpx.Client(limits=httpx.Limits(max_connections=1)) as http, ThreadPoolExecutor(1) as pool:
            first = pool.submit(http.get, server.url, timeout=60)
            time.sleep(0.2)
            with pytest.raises(onceonly.RequestTimeoutError):
                OnceOnly(KEY, server.url, timeout=1, sync_client=http).check_lock("k")
            let.set()
            first.result(60)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_batch_with_another_number_of_answers_is_no_answer(count: int) -> None:
    handler, _ = answering((200, {"items": [LOCKED] * count}))
    with pytest.raises(onceonly.ProtocolError, match=f"{count} answers to 2 items"):
        OnceOnly(KEY, "http://h", transport=handler).check_lock_batch(["k", "k"])


def test_clients_of_httpx_are_used_and_left_open() -> None:
    handler, asked = answering((200, LOCKED))
    with httpx.Client(transport=httpx.MockTransport(handler), headers={"X-Proxy": "1"}) as http:
        with OnceOnly(KEY, "http://h", sync_client=http) as client:
            assert client.check_lock("k").locked
        assert not http.is_closed
    assert asked[0].headers["x-proxy"] == "1"


async def test_async_clients_of_httpx_are_used_and_left_open() -> None:
    handler, _ = answering((200, LOCKED))
    async with httpx.AsyncClient(transport=httpx.MockTransport(handler)) as http:
        async with OnceOnly(KEY, "http://h", async_client=http) as client:
            assert (await client.check_lock_async("k")).locked
        assert not http.is_closed


async def test_one_function_serves_both_kinds_of_calls() -> None:
    handler, asked = answering((200, LOCKED))
    async with OnceOnly(KEY, "http://h", transport=handler) as client:
        assert client.check_lock("k").locked and (await client.check_lock_async("k")).locked
    assert len(asked) == 2
    with pytest.raises(TypeError, match="transport"):
        OnceOnly(KEY, transport="http://proxy").me()  # pyright: ignore[reportArgumentType]


def test_closing_ends_a_call_of_another_thread(silent: str) -> None:
    client = OnceOnly(KEY, silent, timeout=30)
    threading.Timer(0.2, client.close).start()
    began = time.monotonic()
    with pytest.raises(onceonly.ClientClosedError):
        client.check_lock("k")
    assert time.monotonic() - began < 10
    with pytest.raises(onceonly.ClientClosedError):
        client.me()
    client.close()


def test_closing_ends_a_pause() -> None:
    handler, _ = answering((503, {}))
    client = OnceOnly(KEY, "http://h", transport=handler, max_retries_429=1, retry_backoff=60, retry_max_backoff=60)
    threading.Timer(0.2, client.close).start()
    with pytest.raises(onceonly.ClientClosedError):
        client.me()


async def test_closing_from_a_thread_ends_calls_and_pauses_of_tasks(silent: str) -> None:
    handler, _ = answering((503, {}))
    waiting = OnceOnly(KEY, silent, timeout=30)
    pausing = OnceOnly(KEY, "http://h", transport=handler, max_retries_429=1, retry_backoff=60, retry_max_backoff=60)
    calls = [asyncio.ensure_future(one) for one in (waiting.me_async(), pausing.me_async())]
    await asyncio.sleep(0.2)
    await asyncio.to_thread(lambda: (waiting.close(), pausing.close()))
    for call in calls:
        with pytest.raises(onceonly.ClientClosedError):
            await asyncio.wait_for(call, 10)
    await waiting.aclose()
    await pausing.aclose()


async def test_cancelling_a_pause_cancels_the_call() -> None:
    handler, asked = answering((503, {}))
    async with OnceOnly(
        KEY, "http://h", transport=handler, max_retries_429=9, retry_backoff=60, retry_max_backoff=60
    ) as client:
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(client.check_lock_async("k"), 0.2)
    assert len(asked) == 1


def test_one_client_in_64_threads(live: Live) -> None:
    url, key = live
    with OnceOnly(key, url, fail_open=False, timeout=60) as client, ThreadPoolExecutor(64) as pool:
        begin = threading.Barrier(64)

        def caller(index: int) -> List[bool]:
            begin.wait()
            return [client.check_lock(f"threads-{n}", 600).locked for n in range(8)]

        won = list(pool.map(caller, range(64)))
    assert [sum(column) for column in zip(*won)] == [1] * 8


async def test_one_client_in_64_tasks(live: Live) -> None:
    url, key = live
    async with OnceOnly(key, url, fail_open=False, timeout=60) as client:
        locks = await asyncio.gather(*(client.check_lock_async(f"tasks-{n % 8}", 600) for n in range(64)))
    assert sum(lock.locked for lock in locks) == 8


# A loop that ends with open connections leaves them to the garbage collector, which says so.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_one_client_in_one_event_loop_after_the_other(live: Live) -> None:
    url, key = live
    client = OnceOnly(key, url, fail_open=False, timeout=60)
    for _ in range(3):
        assert asyncio.run(client.me_async())["plan"]
        engine: Any = client._engine
        pool: Any = engine._async.transport
        assert len(pool._stacks) == 1  # Loops that have ended are forgotten.
        del engine, pool
    assert client.me()["plan"]
    asyncio.run(client.aclose())
    del client
    gc.collect()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_child_of_a_fork_makes_its_own_connections(live: Live) -> None:
    url, key = live
    with OnceOnly(key, url, fail_open=False, timeout=60) as client:
        assert client.me()["plan"]
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(write, json.dumps([client.me()["plan"], client.check_lock("fork", 60).locked]).encode())
            os._exit(0)
        os.waitpid(child, 0)
        assert json.loads(os.read(read, 1000)) == [client.me()["plan"], True]
        os.close(read)
        os.close(write)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
async def test_child_of_a_fork_leaves_the_tasks_of_its_parent_alone(silent: str) -> None:
    async with OnceOnly(KEY, silent, fail_open=False, timeout=60) as client:
        call = asyncio.ensure_future(client.ai.status_async("k"))
        engine: Any = client._engine
        while not (engine._async and len(engine._async.transport._streams._streams)):
            await asyncio.sleep(0.01)
        child = os.fork()
        if child == 0:
            client.close()
            os._exit(0)
        os.waitpid(child, 0)
        done, _ = await asyncio.wait({call}, timeout=0.5)
        assert not done
        call.cancel()


def test_closing_while_others_open_connections_lets_nobody_wait_for_a_strangers_socket(silent: str) -> None:
    # The number of a closed socket goes to the next one opened, so a waiter must not have its socket closed under it.
    def one(_: int) -> float:
        client = OnceOnly(KEY, silent, timeout=20)
        threading.Timer(0.05, client.close).start()
        began = time.monotonic()
        with pytest.raises(onceonly.ClientClosedError):
            client.me()
        return time.monotonic() - began

    with ThreadPoolExecutor(16) as pool:
        assert max(pool.map(one, range(400))) < 10
