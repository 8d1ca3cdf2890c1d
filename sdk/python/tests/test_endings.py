"""Functions that end while something else goes wrong: the clock, a cancelled task, a closed client, a proxy's page."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import dataclasses
import threading
import time
from typing import Any, Callable, List
from unittest.mock import AsyncMock, MagicMock

import httpx
import pydantic
import pytest
from samples import coroutine_function, generator_function
from scripted import REFUSED, Scripted

import onceonly
from onceonly import OnceOnly, current_lease, idempotent
from onceonly._call import Notify, Pause, Work
from onceonly._lease import Lease, lease_lost

# --- the clock ---------------------------------------------------------------------------------------------------------------------


def test_lease_is_lost_at_its_end_although_nobody_has_said_so() -> None:
    lease = Lease("k", "lease_1", None)
    lease.end = time.monotonic() + 60
    assert not lease.lost and not lease.expired
    lease.end = time.monotonic()
    with pytest.raises(onceonly.LeaseLostError, match="^the lease of 'k' is lost: its time has passed") as raised:
        lease.raise_if_lost()
    assert raised.value.code == "lease_expired"
    lease.extended(time.monotonic() + 60)
    assert lease.lost and lease.expired and lease.wait_lost(60)


def test_waiting_for_the_loss_ends_at_the_leases_end() -> None:
    lease = Lease("k", "lease_1", None)
    lease.end = time.monotonic() + 0.2
    assert not lease.wait_lost(0.01)
    begun = time.monotonic()
    assert lease.wait_lost(60) and time.monotonic() - begun < 30


def test_lost_lease_is_said_once() -> None:
    first = lease_lost("k", onceonly.ApiError("lease_mismatch", code="lease_mismatch"))
    assert str(first) == "the lease of 'k' is lost: lease_mismatch"
    assert str(lease_lost("k", first)) == str(first)


@pytest.mark.parametrize("asynchronous", [False, True])
async def test_client_that_is_closed_goes_on_watching_the_clock(asynchronous: bool) -> None:
    server = Scripted()
    told: List[Any] = []
    client = server.client()

    def function() -> None:
        client.close()
        assert current_lease().wait_lost(60)

    async def function_async() -> None:
        client.close()
        await asyncio.sleep(60)

    begun = time.monotonic()
    if asynchronous:
        with pytest.raises(onceonly.LeaseLostError):
            await client.ai.run_fn_async("k", function_async, ttl=1, on_lease_lost=told.append)
    else:
        with pytest.raises(onceonly.ResultNotRecordedError):
            client.ai.run_fn("k", function, ttl=1, on_lease_lost=told.append)
    assert 0.99 <= time.monotonic() - begun < 50
    assert [error.code for error in told] == ["lease_expired"] and server.asked == ["lease"]


# --- a cancelled task --------------------------------------------------------------------------------------------------------------


class Held(Scripted):
    """A server whose answer to complete waits for ``go``."""

    def __init__(self) -> None:
        super().__init__()
        self.completing = threading.Event()
        self.go = threading.Event()

    async def answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("complete"):
            self.completing.set()
            while not self.go.is_set():
                await asyncio.sleep(0.01)
        return self(request)


async def test_cancelling_while_the_end_is_recorded_records_it() -> None:
    server = Held()
    async with OnceOnly("once_live_x", "http://h", async_transport=server.answer) as client:
        call = asyncio.ensure_future(client.ai.run_fn_async("k", coroutine_function))
        while not server.completing.is_set():
            await asyncio.sleep(0.01)
        for _ in range(3):
            call.cancel()
            await asyncio.sleep(0.01)
        assert not call.done()
        server.go.set()
        with pytest.raises(asyncio.CancelledError):
            await call
    assert server.result == {"data": 1}


def test_loop_that_ends_while_the_end_is_recorded_records_it() -> None:
    server = Held()

    async def main() -> None:
        client = OnceOnly("once_live_x", "http://h", async_transport=server.answer)
        calls.append(asyncio.ensure_future(client.ai.run_fn_async("k", coroutine_function)))
        while not server.completing.is_set():
            await asyncio.sleep(0.01)

    calls: List[Any] = []
    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(main())
        # What asyncio.run does with tasks that are left.
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        server.go.set()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
    finally:
        loop.close()
    assert calls[0].cancelled() and server.result == {"data": 1}


async def test_value_that_a_cancelled_function_still_returns_is_recorded() -> None:
    server = Scripted()
    running = asyncio.Event()

    async def stubborn() -> str:
        running.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            asked = server.asked.count("extend")
            while server.asked.count("extend") < asked + 2:  # The lease is kept alive during the cleanup, too.
                await asyncio.sleep(0.01)
        return "paid"

    async with server.client() as client:
        call = asyncio.ensure_future(client.ai.run_fn_async("k", stubborn, extend_every=0.05))
        await running.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
    assert server.result == {"data": "paid"}


@pytest.mark.parametrize("by_future", [False, True])
async def test_function_in_a_thread_is_waited_for_and_recorded(by_future: bool) -> None:
    server = Scripted()
    running, go = threading.Event(), threading.Event()

    def function() -> str:
        running.set()
        assert go.wait(60)
        return "paid"

    with concurrent.futures.ThreadPoolExecutor() as pool:
        async with server.client() as client:
            given: Callable[[], Any] = (lambda: pool.submit(function)) if by_future else function
            call = asyncio.ensure_future(client.ai.run_fn_async("k", given, extend_every=0.05))
            while not running.is_set():
                await asyncio.sleep(0.01)
            call.cancel()
            asked = server.asked.count("extend")
            while server.asked.count("extend") < asked + 2:
                await asyncio.sleep(0.01)
            assert not call.done()
            go.set()
            with pytest.raises(asyncio.CancelledError):
                await call
    assert server.result == {"data": "paid"}


async def test_cancelled_call_whose_result_is_lost_says_so(caplog: pytest.LogCaptureFixture) -> None:
    server = Held()
    server.answers["complete"] = [409]
    async with OnceOnly("once_live_x", "http://h", async_transport=server.answer) as client:
        call = asyncio.ensure_future(client.ai.run_fn_async("k", coroutine_function))
        while not server.completing.is_set():
            await asyncio.sleep(0.01)
        call.cancel()
        server.go.set()
        with pytest.raises(asyncio.CancelledError):
            await call
    assert "is cancelled: the lease of 'k' is lost" in caplog.text


async def test_heartbeat_that_does_not_see_its_cancellation_ends_all_the_same() -> None:
    beating = asyncio.Event()

    async def beat(_: Any) -> None:
        beating.set()
        with contextlib.suppress(
            asyncio.CancelledError
        ):  # As asyncio.wait_for does in old Pythons when the answer has come just now.
            await asyncio.sleep(60)

    def beats() -> Any:
        while True:
            yield Pause(0.01)
            yield Notify(beat, None)

    def record(value: Any, error: Any) -> Any:
        yield Pause(0)
        return value

    def flow() -> Any:
        return (yield Work(beating.wait, Lease("k", "lease_1", None), beats, record))

    async with OnceOnly("once_live_x", "http://h") as client:
        assert await asyncio.wait_for(client._engine.run_async(flow()), 20) is True


# --- recording ---------------------------------------------------------------------------------------------------------------------


@dataclasses.dataclass
class Unset:
    id: str
    receipt: str = dataclasses.field(init=False)


class Failing(pydantic.BaseModel):
    x: int = 1

    @pydantic.field_serializer("x")
    def serialize(self, value: int) -> int:
        raise ValueError("no form")


class Mute:
    def __str__(self) -> str:
        raise RuntimeError("no text")


@pytest.mark.parametrize(
    "value",
    [Unset("a"), Failing(), [Unset("a"), 1], {"a": Failing()}, {Mute(): Mute()}],
    ids=["dataclass", "model", "list", "dict", "texts"],
)
def test_value_whose_fields_can_not_be_read_is_completed(value: Any) -> None:
    server = Scripted()
    with server.client() as client:
        assert client.ai.run_fn("k", lambda: value).ok
    assert server.asked == ["lease", "complete", "result"]


HTML = httpx.Response(200, text="<html>maintenance</html>")


@pytest.mark.parametrize("answer", [HTML, 408, 425, 429, 500, 501, 520, 522, 599, REFUSED])
@pytest.mark.parametrize("verb", ["complete", "fail"])
def test_what_passes_is_waited_for(answer: Any, verb: str) -> None:
    def function() -> int:
        if verb == "fail":
            raise ZeroDivisionError
        return 1

    server = Scripted(**{verb: [answer] * 2})
    with server.client() as client:
        if verb == "fail":
            with pytest.raises(ZeroDivisionError):
                client.ai.run_fn("k", function, ttl=60)
        else:
            assert client.ai.run_fn("k", function, ttl=60).ok
    assert server.asked.count(verb) == 3


def test_attempts_to_record_do_not_hurry() -> None:
    server = Scripted(complete=[REFUSED] * 10_000, extend=[REFUSED] * 10_000)
    with server.client(retry_backoff=0, retry_max_backoff=0) as client, pytest.raises(onceonly.ResultNotRecordedError):
        client.ai.run_fn("k", lambda: 1, ttl=1)
    assert server.asked.count("complete") <= 23


def test_polls_do_not_hurry() -> None:
    server = Scripted(lease=[{"status": "polling"}], status=[{"status": "in_progress"}] * 10_000)
    with server.client() as client:
        assert client.ai.run_fn("k", lambda: 1, timeout=1, poll_min=0, poll_max=0).error_code == "timeout"
    assert server.asked.count("status") <= 23


@pytest.mark.parametrize("asynchronous", [False, True])
async def test_client_that_is_closed_after_complete_was_answered_gives_what_was_stored(asynchronous: bool) -> None:
    class Closing(Scripted):
        def __call__(self, request: httpx.Request) -> httpx.Response:
            answer = super().__call__(request)
            if self.asked[-1] == "complete":
                client.close()
            return answer

    client = Closing().client()
    outcome = await client.ai.run_fn_async("k", lambda: [1]) if asynchronous else client.ai.run_fn("k", lambda: [1])
    assert (outcome.ok, outcome.status, outcome.result) == (True, "completed", {"data": [1]})


def test_failure_after_one_that_was_released_is_kept() -> None:
    released = {"status": "failed", "error_code": "released"}
    kept = {"status": "failed", "error_code": "fn_error"}
    polling = {"status": "polling"}
    server = Scripted(
        lease=[{"status": "failed"}, polling, {"status": "failed"}],
        status=[{"status": "not_found"}],
        result=[released, kept],
    )
    with server.client() as client:
        outcome = client.ai.run_fn("k", lambda: "again", poll_min=0, poll_max=0)
    assert outcome.error_code == "fn_error"
    asked = [body.get("retry_failed") for name, body in zip(server.asked, server.bodies) if name == "lease"]
    assert asked == [None, True, None]


# --- work that has only started ----------------------------------------------------------------------------------------------------


async def stream() -> Any:
    yield 1


def begun() -> Any:
    made = generator_function()
    next(made)
    return made


@pytest.mark.parametrize(
    ("make", "released"),
    [(coroutine_function, True), (generator_function, True), (stream, True), (begun, False), (lambda: iter([1]), False)],
    ids=["coroutine", "generator", "async generator", "begun", "iterator"],
)
def test_work_of_which_not_a_step_has_run_gives_its_key_back(make: Callable[[], Any], released: bool) -> None:
    server = Scripted()

    def function() -> Any:
        return make()

    with server.client() as client:
        with pytest.raises(TypeError, match="must be done"):
            client.ai.run_fn("k", function)
        assert (server.bodies[-1]["error_code"] == "released") == released
        decorated: Any = idempotent(client)(function)
        with pytest.raises(TypeError, match="must be done"):
            decorated()
    assert ("release" in server.asked) == released


def test_mocks_files_and_objects_that_can_be_called_are_values(tmp_path: Any) -> None:
    class Broken:
        def __iter__(self) -> Any:
            raise RuntimeError("no steps")

        def __next__(self) -> Any:
            raise RuntimeError("no steps")

    class Command:
        def __call__(self) -> None: ...

    path = tmp_path / "file"
    path.write_text("line")
    server = Scripted()
    with server.client() as client, path.open() as text, path.open("rb") as raw:
        for number, value in enumerate((MagicMock(), AsyncMock(), Command(), Broken(), text, raw)):
            assert client.ai.run_fn(str(number), lambda value=value: value).ok
        assert text.read() == "line"
