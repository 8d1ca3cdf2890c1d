"""Functions under leases: contexts, heartbeats, lost leases, cancellation, decorators."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import inspect
import json
import threading
from typing import Any, Dict, List

import httpx
import pytest

import onceonly
from onceonly import OnceOnly, current_lease, idempotent, idempotent_ai
from onceonly.testing import FakeOnceOnly


class Server:
    """Answers as the API does about one key; ``lost_after`` extends, every other one is a conflict. Counts what it was asked."""

    def __init__(self, lost_after: int = 10**9) -> None:
        self.lost_after = lost_after
        self.asked: List[str] = []
        self.bodies: List[Dict[str, Any]] = []
        self.result: Any = None
        self.seen: set[str] = set()
        self.done: set[str] = set()
        self.extended = threading.Event()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        name = request.url.path.rpartition("/")[2]
        body = json.loads(request.content or "{}")
        self.asked.append(name)
        self.bodies.append(body)
        if name == "check-lock":
            fresh = body["key"] not in self.seen
            self.seen.add(body["key"])
            seen = {} if fresh else {"first_seen_at": "2026-05-01T08:00:00Z"}
            return httpx.Response(
                200, json={"status": "locked" if fresh else "duplicate", "lock_id": f"lock_{body['key']}", **seen}
            )
        if name == "release":
            self.seen.discard(body["key"])
        if name == "extend":
            self.extended.set()
            if self.asked.count("extend") > self.lost_after:
                return httpx.Response(409, json={"detail": {"error": "lease_mismatch"}})
        if name == "complete":
            self.result = body.get("result")
            self.done.add(body["key"])
        answers: Dict[str, Any] = {
            "lease": {"status": "acquired", "lease_id": "lease_1", "fence": 7, "ttl": body.get("ttl")},
            "result": {"ok": True, "status": "completed", "result": self.result},
        }
        if name == "lease" and body["key"] in self.done:
            answers["lease"] = {"status": "completed"}
        return httpx.Response(200, json={"ok": True, **answers.get(name, {})})

    def client(self) -> OnceOnly:
        return OnceOnly("once_live_x", "http://h", transport=self, retry_backoff=0)


def test_current_lease_is_that_of_the_function() -> None:
    with pytest.raises(LookupError):
        current_lease()
    with Server().client() as client:

        def inner() -> Any:
            return current_lease().key

        def outer() -> Any:
            lease = current_lease()
            assert (lease.key, lease.lease_id, lease.fence, lease.lost) == ("outer", "lease_1", 7, False)
            lease.raise_if_lost()
            assert client.ai.run_fn("inner", inner).result == {"data": "inner"}
            return current_lease().key

        assert client.ai.run_fn("outer", outer).result == {"data": "outer"}
    with pytest.raises(LookupError):
        current_lease()


async def test_current_lease_is_each_tasks_own() -> None:
    async with Server().client() as client:

        async def function(key: str) -> None:
            await asyncio.sleep(0.01)
            assert current_lease().key == key

        await asyncio.gather(*(client.ai.run_fn_async(f"k{n}", functools.partial(function, f"k{n}")) for n in range(20)))


variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable")


async def test_function_that_is_not_async_runs_in_a_thread_with_the_callers_context() -> None:
    server = Server()
    async with server.client() as client:
        variable.set("mine")
        seen: List[Any] = []

        def function() -> None:
            # The heartbeat goes on although this function blocks its thread.
            seen.append((variable.get(), current_lease().key, threading.current_thread() is threading.main_thread()))
            assert server.extended.wait(10)

        await client.ai.run_fn_async("k", function, extend_every=0.05)
    assert seen == [("mine", "k", False)]


def test_heartbeat_ends_with_the_function() -> None:
    server = Server()
    with server.client() as client:
        assert client.ai.run_fn("k", lambda: server.extended.wait(10), extend_every=0.05).ok
        for thread in threading.enumerate():
            if thread.name == "onceonly-heartbeat":
                thread.join(5)
                assert not thread.is_alive()
    assert server.asked[-2:] == ["complete", "result"]


@pytest.mark.parametrize("raises", [False, True])
def test_lost_lease_shows_in_the_function_and_ends_the_call(raises: bool) -> None:
    server = Server(lost_after=0)
    told: List[Any] = []

    def function() -> None:
        assert current_lease().wait_lost(10) and current_lease().lost
        if raises:
            current_lease().raise_if_lost()

    with server.client() as client, pytest.raises(onceonly.LeaseLostError) as raised:
        client.ai.run_fn("k", function, extend_every=0.05, on_lease_lost=told.append)
    assert [error.code for error in told] == ["lease_mismatch"] and raised.value.__cause__ is told[0]
    assert raised.value.code == "lease_mismatch"
    assert set(server.asked) == {"lease", "extend"}


async def test_lost_lease_cancels_the_async_function() -> None:
    server = Server(lost_after=1)
    told: List[Any] = []
    cancelled: List[bool] = []

    async def function() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.append(current_lease().lost)
            raise

    async def tell(error: onceonly.OnceOnlyError) -> None:
        await asyncio.sleep(0)
        told.append(error.code)

    async with server.client() as client:
        with pytest.raises(onceonly.LeaseLostError):
            await client.ai.run_fn_async("k", function, extend_every=0.05, on_lease_lost=tell)
    assert (cancelled, told) == ([True], ["lease_mismatch"])


async def test_cancelling_the_call_cancels_the_function_and_neither_completes_nor_fails() -> None:
    server = Server()
    ended: List[str] = []

    async def function() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("function")

    async with server.client() as client:
        call = asyncio.ensure_future(client.ai.run_fn_async("k", function, extend_every=0.05))
        while "extend" not in server.asked:
            await asyncio.sleep(0.01)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
    assert ended == ["function"] and not {"complete", "fail"} & set(server.asked)


def test_callback_that_fails_changes_nothing() -> None:
    def tell(_: Any) -> None:
        raise RuntimeError("callback")

    with Server(lost_after=0).client() as client, pytest.raises(onceonly.LeaseLostError):
        client.ai.run_fn("k", lambda: current_lease().wait_lost(10), extend_every=0.05, on_lease_lost=tell)


def test_interrupt_is_no_failure() -> None:
    server = Server()

    def function() -> None:
        raise KeyboardInterrupt

    with server.client() as client, pytest.raises(KeyboardInterrupt):
        client.ai.run_fn("k", function)
    assert server.asked == ["lease"]


async def test_decorated_functions_stay_what_they_were() -> None:
    async with Server().client() as client:

        @idempotent(client, key_prefix="p", return_value_on_duplicate="again")
        def plain(x: int, *, y: int = 0) -> int:
            """Documented."""
            return x + y

        @idempotent(client, key_prefix="p")
        async def asynchronous(x: int) -> int:
            return x

        @idempotent_ai(client, key_fn=lambda x: f"k{x}")
        async def leased(x: int) -> int:
            return x

        assert plain.__doc__ == "Documented." and list(inspect.signature(plain).parameters) == ["x", "y"]
        assert not inspect.iscoroutinefunction(plain)
        assert inspect.iscoroutinefunction(asynchronous) and inspect.iscoroutinefunction(leased)
        assert (plain(1, y=2), plain(1, y=2), plain(2)) == (3, "again", 2)
        assert (await asynchronous(1), await asynchronous(1), (await leased(5)).result) == (1, None, {"data": 5})


def test_async_on_duplicate_of_a_function_that_is_not_async_is_refused() -> None:
    async def duplicate() -> None:
        """Does nothing."""

    with pytest.raises(TypeError, match="on_duplicate must not be async"):
        idempotent(FakeOnceOnly().client(), on_duplicate=duplicate)(lambda: None)


def test_on_exception_that_names_no_exception_is_refused() -> None:
    client = FakeOnceOnly().client()
    for decorate in (lambda: idempotent(client, on_exception=()), lambda: idempotent_ai(client, key="k", on_exception=())):
        with pytest.raises(TypeError, match="on_exception must be"):
            decorate()
    with pytest.raises(TypeError, match="on_exception must be"):
        client.ai.run_fn("k", lambda: None, on_exception=())


async def test_async_on_duplicate_is_awaited() -> None:
    async def duplicate(x: int) -> str:
        return f"again {x}"

    async with Server().client() as client:

        @idempotent(client, on_duplicate=duplicate)
        async def function(x: int) -> int:
            return x

        assert [await function(1), await function(1)] == [1, "again 1"]


def test_method_needs_a_key_of_its_own() -> None:
    server = Server()
    with server.client() as client:

        class Shop:
            @idempotent(client, key_func=lambda self, order: order)
            def having(self, order: int) -> int:
                return order

            @idempotent(client, key_self=True)
            def wanting(self, order: int) -> int:
                return order

        assert Shop().having(1) == 1
        assert server.bodies[-1]["key"] == "func:1"
        with pytest.raises(TypeError, match="self must have a JSON form.*key_func"):
            Shop().wanting(1)
        with pytest.raises(ValueError, match="key_self"):

            class Wrong:
                @idempotent(client)
                def without(self, order: int) -> int:
                    return order


def test_decorators_refuse_what_cannot_be_right() -> None:
    with Server().client() as client:
        for options in ({}, {"key": "k", "key_fn": str}, {"key": "k", "metadata": {}, "metadata_fn": dict}):
            with pytest.raises(ValueError, match="give either"):
                idempotent_ai(client, **options)  # pyright: ignore[reportArgumentType]
        with pytest.raises(ValueError, match="key_id"):
            idempotent(client)(lambda: 1)


def test_closing_the_client_while_the_function_runs_ends_in_an_error_that_says_so() -> None:
    client = Server().client()
    with pytest.raises(onceonly.ResultNotRecordedError, match="closed") as raised:
        client.ai.run_fn("k", client.close)
    assert isinstance(raised.value.__cause__, onceonly.ClientClosedError)


def test_answer_that_cannot_be_read_back_does_not_hide_that_the_function_has_run(caplog: pytest.LogCaptureFixture) -> None:
    class Forgetful(Server):
        def __call__(self, request: httpx.Request) -> httpx.Response:
            answer = super().__call__(request)
            return httpx.Response(200, text="<html>") if self.asked[-1] == "result" else answer

    with Forgetful().client() as client:
        outcome = client.ai.run_fn("k", lambda: [1])
    assert (outcome.ok, outcome.status, outcome.result) == (True, "completed", {"data": [1]})
    assert "could not be read back" in caplog.text
