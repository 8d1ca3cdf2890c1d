"""Whether a function has run, and what is told of it: recording, lost leases, waiting in line, and work that has only started."""

from __future__ import annotations

import asyncio
import concurrent.futures
import dataclasses
import functools
import logging
import threading
import time
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Callable, Dict, List, Optional

import httpx
import pydantic
import pytest
from test_functions import Server

import onceonly
from onceonly import OnceOnly, current_lease, idempotent, idempotent_ai
from onceonly._model import datetime_of

REFUSED = httpx.ConnectError("refused")


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

HELD = {"status": "polling"}
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


# --- failure is failure ------------------------------------------------------------------------------------------------------------


class Declined(Exception):
    """Nothing has happened."""


class Unclear(Exception):
    """Nobody knows."""


def test_exception_keeps_the_key_or_releases_it(caplog: pytest.LogCaptureFixture) -> None:
    cases: List[Any] = [
        ("keep", Declined, "fn_error"),
        ("release", Unclear, "released"),
        (Declined, Declined, "released"),
        ((KeyError, Declined), Declined, "released"),
        (Declined, Unclear, "fn_error"),
    ]
    for on_exception, kind, code in cases:
        caplog.clear()
        server = Server()
        with server.client() as client, pytest.raises(kind):
            client.ai.run_fn("k", functools.partial(_raise, kind), on_exception=on_exception)
        assert server.bodies[-1]["error_code"] == code
        assert ("key is kept" in caplog.text) == (code == "fn_error")


def _raise(kind: Any) -> None:
    raise kind("no")


@pytest.mark.parametrize("asynchronous", [False, True])
async def test_decorated_function_that_raises_keeps_its_lock_or_gives_it_back(
    asynchronous: bool, caplog: pytest.LogCaptureFixture
) -> None:
    async def raising(kind: Any) -> None:
        raise kind("no")

    cases: List[Any] = [("keep", Declined, 0), ("release", Unclear, 1), (Declined, Declined, 1), (Declined, Unclear, 0)]
    for on_exception, kind, releases in cases:
        caplog.clear()
        server = Server()
        async with server.client() as client:
            function = idempotent(client, on_exception=on_exception, key_func=str)(raising if asynchronous else _raise)
            with pytest.raises(kind):
                await function(kind) if asynchronous else function(kind)  # type: ignore[func-returns-value]
        assert server.asked == ["check-lock"] + ["release"] * releases
        assert ("key is kept" in caplog.text) == (releases == 0)
        if releases:
            assert server.bodies[1]["lock_id"] == f"lock_{server.bodies[0]['key']}"


def test_lock_that_can_not_be_given_back_hides_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with Scripted(release=[409]).client() as client:
        keyed = idempotent(client, on_exception="release", key_func=lambda kind: "k")(_raise)
        with pytest.raises(Declined):
            keyed(Declined)
    assert "could not be released" in caplog.text


def test_interrupted_function_keeps_its_lock_silently_unless_its_class_is_named(caplog: pytest.LogCaptureFixture) -> None:
    chosen: List[Any] = [("keep", 0), ("release", 0), ((KeyboardInterrupt,), 1)]
    for on_exception, releases in chosen:
        server = Server()
        with server.client() as client, pytest.raises(KeyboardInterrupt):
            idempotent(client, on_exception=on_exception, key_func=lambda kind: "k")(_raise)(KeyboardInterrupt)
        assert server.asked.count("release") == releases
    assert caplog.text == ""


def test_duplicate_is_raised() -> None:
    with Server().client() as client:
        function = idempotent(client, on_duplicate="raise")(_plus)
        assert function(1) == 2
        with pytest.raises(onceonly.DuplicateError, match="this does not say whether") as raised:
            function(1)
    assert raised.value.first_seen_at == "2026-05-01T08:00:00Z" and raised.value.error_code is None
    assert str(raised.value.key).startswith("func:")


def _plus(number: int) -> int:
    return number + 1


@dataclasses.dataclass
class Line:
    sku: str
    price: Decimal


@dataclasses.dataclass
class Invoice:
    id: str
    lines: List[Line]
    at: Optional[datetime] = None
    note: str = "none"


class Receipt(pydantic.BaseModel):
    id: str
    at: datetime


WHEN = datetime(2026, 5, 1, 8, tzinfo=timezone.utc)


async def test_duplicate_gets_the_first_value() -> None:
    server = Server()
    runs: List[Any] = []

    def function(value: Any) -> Any:
        runs.append(value)
        return value

    async def function_async(value: Any) -> Any:
        return function(value)

    async with server.client() as client:
        for value in (1, "a", [1, {"b": None}], {"id": "x"}, None, False):
            once = idempotent(client, on_duplicate="replay")(function)
            assert [once(value), once(value)] == [value, value]
            once_async = idempotent(client, on_duplicate="replay", key_id="async")(function_async)
            assert [await once_async(value), await once_async(value)] == [value, value]
    assert len(runs) == 12 and "check-lock" not in server.asked
    assert all(body["ttl"] == 300 for name, body in zip(server.asked, server.bodies) if name == "lease")


@pytest.mark.parametrize(
    "value", [{"data": 5}, {"data": {"data": 5}}, {"omitted": True}, {}, None, [None], {"a": 1, "data": 2}]
)
async def test_duplicate_gets_just_the_value_whatever_it_looks_like(value: Any) -> None:
    server = Server()

    def function() -> Any:
        return value

    async def function_async() -> Any:
        return value

    async with server.client() as client:
        once = idempotent(client, on_duplicate="replay")(function)
        assert [once(), once()] == [value, value] and server.result == {"data": value}
        once_async = idempotent(client, on_duplicate="replay")(function_async)
        assert [await once_async(), await once_async()] == [value, value]


@dataclasses.dataclass
class Boxed:
    data: int


def test_duplicate_gets_a_model_that_has_a_field_data() -> None:
    with Server().client() as client:
        once = idempotent(client, on_duplicate="replay", model=Boxed)(lambda_named(Boxed(7)))
        assert once() == once() == Boxed(7)


def test_replay_of_a_call_that_still_runs_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onceonly._once.REPLAY_WAIT", 0.2)
    server = Scripted(lease=[HELD], status=[{"status": "in_progress"}] * 10_000)
    with server.client() as client, pytest.raises(onceonly.DuplicateError, match="that call still runs after 0.2 s") as raised:
        idempotent(client, on_duplicate="replay")(_plus)(1)
    assert raised.value.error_code == "timeout"


def test_duplicate_gets_the_first_value_as_a_model() -> None:
    with Server().client() as client:
        typed = idempotent(client, on_duplicate="replay", model=Invoice)(
            lambda_named(Invoice("i", [Line("a", Decimal("1.10"))], WHEN))
        )
        assert typed() == typed() == Invoice("i", [Line("a", Decimal("1.10"))], WHEN)


def lambda_named(value: Any) -> Callable[[], Any]:
    def function() -> Any:
        return value

    return function


def test_replay_of_a_call_that_failed_or_takes_too_long_is_a_duplicate_error() -> None:
    failed = Scripted(lease=[{"status": "failed"}], result=[{"status": "failed", "error_code": "fn_error"}])
    omitted = Scripted(lease=[{"status": "completed"}], result=[{"status": "completed", "result": {"omitted": True}}])
    for server, code in ((failed, "fn_error"), (omitted, None)):
        with server.client() as client, pytest.raises(onceonly.DuplicateError) as raised:
            idempotent(client, on_duplicate="replay")(_plus)(1)
        assert raised.value.error_code == code


def test_options_that_can_not_be_right_are_refused_before_anything_is_decorated() -> None:
    with Server().client() as client:
        wrong: Any = functools.partial(idempotent, client)
        for options in (
            {"on_duplicate": "ignore"},
            {"on_duplicate": "replay", "ttl": 604_801},
            {"on_duplicate": "replay", "ttl": timedelta(days=8)},
            {"on_duplicate": "replay", "fail_open": True},
            {"model": Invoice},
            {"on_exception": "sometimes"},
            {"on_exception": (ValueError, "x")},
            {"on_exception": int},
        ):
            with pytest.raises((ValueError, TypeError), match=f"^{next(iter(options)) if len(options) == 1 else ''}"):
                wrong(**options)
        wrong(on_duplicate="replay", ttl=604_800)
        for model in (int, "Invoice", dict, Invoice("i", [])):
            with pytest.raises(TypeError, match="model must be a class"):
                wrong(on_duplicate="replay", model=model)
            with pytest.raises(TypeError, match="model must be a class"):
                client.ai.run_fn("k", lambda: 1, model=model)  # pyright: ignore[reportCallIssue, reportArgumentType]
        for word in ("idempotent", "idempotent_ai"):
            without: Any = getattr(onceonly, word)
            for given in (_plus, None, "once_live_key"):
                with pytest.raises(TypeError, match=f"client must be a OnceOnly.*@{word}\\(client") as raised:
                    without(given)
                assert "once_live_key" not in str(raised.value)


@pytest.mark.parametrize(
    ("model", "value"),
    [
        (Invoice, Invoice("i", [Line("a", Decimal("1.10"))], WHEN, "n")),
        (Invoice, Invoice("i", [])),
        (Receipt, Receipt(id="r", at=WHEN)),
        (Line, Line("data", Decimal("2"))),
    ],
)
def test_result_comes_as_the_model(model: Any, value: Any) -> None:
    server = Server()
    with server.client() as client:
        assert [client.ai.run_fn("k", lambda: value, model=model).value for _ in range(2)] == [value, value]
        assert client.ai.result("k", model=model).value == value
        assert client.ai.result("k").value is None
        decorated: Any = idempotent_ai(client, key="k2", model=model)(lambda_named(value))
        assert decorated().value == value


def test_numbers_and_types_that_can_not_be_looked_up_come_as_well_as_they_can() -> None:
    @dataclasses.dataclass
    class Inner:
        n: int

    @dataclasses.dataclass
    class Outer:
        inner: Inner
        price: Decimal

    @dataclasses.dataclass
    class Numbers:
        big: int
        none: float
        price: Decimal

    with Server().client() as client:
        value = {"inner": {"n": 1}, "price": 1.5}
        assert client.ai.run_fn("a", lambda: value, model=Outer).value == Outer({"n": 1}, 1.5)  # type: ignore[arg-type]
        numbers = {"big": 2**60, "none": float("inf"), "price": 1.5}
        assert client.ai.run_fn("b", lambda: numbers, model=Numbers).value == Numbers(2**60, float("inf"), Decimal("1.5"))


def test_result_that_is_no_such_model_is_told(caplog: pytest.LogCaptureFixture) -> None:
    server = Server()
    with server.client() as client:
        # The function has run: that its own value is no such thing must not look like a failure.
        outcome = client.ai.run_fn("k", lambda: {"id": 1}, model=Receipt)
        assert outcome.ok and outcome.value is None and outcome.result == {"id": 1}
        with pytest.raises(onceonly.ProtocolError, match="is no Receipt"):
            client.ai.result("k", model=Receipt)
    assert "could not be read back" in caplog.text


# --- what has only started ---------------------------------------------------------------------------------------------------------


async def coroutine_function() -> int:
    return 1


def generator_function() -> Any:
    yield 1


async def async_generator_function() -> Any:
    yield 1


class AsyncCallable:
    async def __call__(self) -> int:
        return 1


class GeneratorCallable:
    def __call__(self) -> Any:
        yield 1


def test_function_that_would_only_start_is_refused_before_anything_is_sent() -> None:
    server = Server()
    lazy: List[Any] = [generator_function, async_generator_function, GeneratorCallable(), functools.partial(generator_function)]
    with server.client() as client:
        unawaited: List[Any] = [coroutine_function, AsyncCallable(), functools.partial(coroutine_function), None, 7]
        for function in lazy + unawaited:
            with pytest.raises((ValueError, TypeError), match="^fn must"):
                client.ai.run_fn("k", function)
        for function in lazy:
            for decorator in (idempotent(client, key_id="x"), idempotent_ai(client, key="k")):
                with pytest.raises(ValueError, match="^function must"):
                    decorator(function)
            with pytest.raises(ValueError, match="^fn must"):
                client.ai.run_fn_async("k", function).send(None)
    assert server.asked == []


CLOSED: List[str] = []


class Stream:
    """A stream that can be closed."""

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> int:
        raise StopIteration

    def close(self) -> None:
        CLOSED.append("stream")


def started() -> Dict[str, Callable[[], Any]]:
    """Values that are work still to be done, by their names."""
    return {
        "coroutine": coroutine_function,
        "generator": generator_function,
        "async generator": async_generator_function,
        "stream": Stream,
        "map": lambda: map(str, [1]),
        "function": lambda: _plus,
        "partial": lambda: functools.partial(_plus, 1),
        "coroutines in a list": lambda: [coroutine_function()],
        "a generator in an object": lambda: {"a": {"b": (generator_function(),)}},
    }


@pytest.mark.parametrize("name", started())
def test_value_that_has_only_started_is_never_recorded_as_done(name: str) -> None:
    make = started()[name]
    server = Server()

    def function() -> Any:
        return make()

    with server.client() as client:
        with pytest.raises(TypeError, match="must be done"):
            client.ai.run_fn("k", function)
        decorated: Any = idempotent(client, on_exception="release")(function)
        with pytest.raises(TypeError, match="must be done"):
            decorated()
    assert server.asked == ["lease", "fail", "check-lock", "release"]
    assert CLOSED == []  # What is the user's is not ours to close.


def _made(name: str) -> Any:
    return started()[name]()


async def test_what_can_be_awaited_is_awaited_and_the_rest_is_refused() -> None:
    server = Server()
    async with server.client() as client:
        loop = asyncio.get_running_loop()

        async def future() -> Any:
            made = loop.create_future()
            loop.call_later(0.01, made.set_result, 5)
            return made

        with concurrent.futures.ThreadPoolExecutor() as pool:
            assert (await client.ai.run_fn_async("a", lambda: coroutine_function())).result == {"data": 1}
            assert (await client.ai.run_fn_async("b", future)).result == {"data": 5}
            assert (await client.ai.run_fn_async("c", lambda: pool.submit(_plus, 1))).result == {"data": 2}
            assert await idempotent(client)(future)() == 5
        for name in set(started()) - {"coroutine"}:
            with pytest.raises(TypeError, match="must be done"):
                await client.ai.run_fn_async(name, functools.partial(_made, name))
    assert server.asked.count("fail") == len(started()) - 1


def test_future_is_waited_for_under_the_lease() -> None:
    server = Server()

    def work() -> str:
        assert server.extended.wait(20)  # The heartbeat goes on meanwhile.
        return "late"

    with server.client() as client, concurrent.futures.ThreadPoolExecutor() as pool:
        assert client.ai.run_fn("k", lambda: pool.submit(work), extend_every=0.05).result == {"data": "late"}
        with pytest.raises(ZeroDivisionError):
            client.ai.run_fn("k2", lambda: pool.submit(lambda: 1 // 0))
        assert idempotent(client)(lambda_named(pool.submit(_plus, 1)))() == 2


def test_durations_may_be_timedeltas() -> None:
    server = Server()
    with server.client() as client:
        client.ai.run_fn(
            "k", lambda: 1, ttl=timedelta(minutes=2), extend_every=timedelta(seconds=5), timeout=timedelta(seconds=3)
        )
        client.ai.lease("k2", ttl=timedelta(hours=1))
        client.ai.extend("k2", "l", timedelta(hours=2))
        client.check_lock("k3", timedelta(days=1))
        idempotent(client, ttl=timedelta(days=1))(_plus)(1)
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


def test_logging_of_recorded_failures_goes_to_the_packages_logger(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "onceonly"), Scripted(fail=[409]).client() as client, pytest.raises(Declined):
        client.ai.run_fn("k", functools.partial(_raise, Declined))
    assert [record.name for record in caplog.records] == ["onceonly"] and "could not be recorded" in caplog.text


@pytest.mark.parametrize(
    ("text", "microseconds"), [("08:00:00Z", 0), ("08:00:00.5Z", 500_000), ("10:00:00.123456789+02:00", 123_456)]
)
def test_instant_is_read_on_every_python(text: str, microseconds: int) -> None:
    assert datetime_of(f"2026-05-01T{text}") == datetime(2026, 5, 1, 8, 0, 0, microseconds, tzinfo=timezone.utc)
