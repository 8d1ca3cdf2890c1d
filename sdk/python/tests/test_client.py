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
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Dict, Iterator, List, Tuple

import httpx
import pytest

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


@pytest.mark.parametrize(
    "options",
    [
        {"api_key": ""},
        {"api_key": "  "},
        {"api_key": f"{KEY}\n"},
        {"api_key": f"{KEY}\u0142"},
        {"base_url": "ftp://h"},
        {"base_url": "h:1"},
        {"base_url": "http://user@h"},
        {"base_url": "http://h/?a=1"},
        {"timeout": 0},
        {"timeout": float("nan")},
        {"timeout": -1},
        {"deadline": 0},
        {"max_retries_429": -1},
        {"max_retries_429": 1.5},
        {"retry_backoff": -1},
        {"user_agent": "a\r\nX: y"},
    ],
)
def test_option_that_cannot_be_right_is_refused(options: Dict[str, Any]) -> None:
    with pytest.raises(ValueError) as raised:
        OnceOnly(**{"api_key": KEY, **options})
    assert KEY not in str(raised.value)


@pytest.mark.parametrize("options", [{"api_key": None}, {"timeout": "5"}, {"fail_open": "no"}])
def test_option_of_another_type_is_refused(options: Dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        OnceOnly(**{"api_key": KEY, **options})


@pytest.mark.parametrize(
    ("base_url", "asked"),
    [
        ("http://h", "http://h/v1/me"),
        ("http://h/", "http://h/v1/me"),
        ("http://h:8080/v1/", "http://h:8080/v1/me"),
        ("http://h/api", "http://h/api/me"),
        ("http://[::1]:8", "http://[::1]:8/v1/me"),
    ],
)
def test_path_is_added_only_where_there_is_none(base_url: str, asked: str) -> None:
    handler, requests = answering((200, {}))
    with OnceOnly(KEY, base_url, transport=handler) as client:
        client.me()
    assert str(requests[0].url) == asked
    assert requests[0].headers["host"] == httpx.URL(base_url).netloc.decode()
    assert requests[0].headers["user-agent"] == f"onceonly-python-sdk/{onceonly.__version__}"


def test_api_key_shows_nowhere(caplog: pytest.LogCaptureFixture, silent: str) -> None:
    caplog.set_level(logging.DEBUG)
    with OnceOnly(KEY, silent, timeout=0.05) as client:
        shown = [repr(client), repr(client.ai), str(client.gov), repr(client.check_lock("k"))]
        with pytest.raises(onceonly.RequestTimeoutError) as raised:
            client.me()
        shown += [repr(raised.value), str(raised.value), repr(raised.value.__cause__)]
    assert KEY not in "".join(shown) + caplog.text


def test_network_error_has_httpx_as_its_cause() -> None:
    with OnceOnly(KEY, "http://127.0.0.1:9") as client, pytest.raises(onceonly.NetworkError) as raised:
        client.me()
    assert isinstance(raised.value.__cause__, httpx.ConnectError)
    assert raised.value.unsent


def test_errors_survive_pickling() -> None:
    error = onceonly.RateLimitError("slow down", status_code=429, retry_after_sec=7, detail={"error": "x"})
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.message, again.status_code, again.retry_after_sec) == (type(error), "slow down", 429, 7)


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
    asked = [pause(onceonly.ApiError("no", retry_after_sec=10), 0) for _ in range(200)]
    assert 10 <= min(asked) < max(asked) <= 11


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
