"""Failure is failure, and a duplicate is told what was chosen: keys that are kept or released, told, raised and replayed duplicates."""

from __future__ import annotations

import dataclasses
import functools
import logging
from datetime import timedelta
from decimal import Decimal
from typing import Any, List

import pytest
from samples import (
    WHEN,
    Invoice,
    Line,
    lambda_named,
    plus,
)
from scripted import HELD, Scripted
from test_functions import Server

import onceonly
from onceonly import idempotent


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
        function = idempotent(client, on_duplicate="raise")(plus)
        assert function(1) == 2
        with pytest.raises(onceonly.DuplicateError, match="this does not say whether") as raised:
            function(1)
    assert raised.value.first_seen_at == "2026-05-01T08:00:00Z" and raised.value.error_code is None
    assert str(raised.value.key).startswith("func:")


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
        idempotent(client, on_duplicate="replay")(plus)(1)
    assert raised.value.error_code == "timeout"


def test_duplicate_gets_the_first_value_as_a_model() -> None:
    with Server().client() as client:
        typed = idempotent(client, on_duplicate="replay", model=Invoice)(
            lambda_named(Invoice("i", [Line("a", Decimal("1.10"))], WHEN))
        )
        assert typed() == typed() == Invoice("i", [Line("a", Decimal("1.10"))], WHEN)


def test_replay_of_a_call_that_failed_or_takes_too_long_is_a_duplicate_error() -> None:
    failed = Scripted(lease=[{"status": "failed"}], result=[{"status": "failed", "error_code": "fn_error"}])
    omitted = Scripted(lease=[{"status": "completed"}], result=[{"status": "completed", "result": {"omitted": True}}])
    for server, code in ((failed, "fn_error"), (omitted, None)):
        with server.client() as client, pytest.raises(onceonly.DuplicateError) as raised:
            idempotent(client, on_duplicate="replay")(plus)(1)
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
            for given in (plus, None, "once_live_key"):
                with pytest.raises(TypeError, match=f"client must be a OnceOnly.*@{word}\\(client") as raised:
                    without(given)
                assert "once_live_key" not in str(raised.value)


def test_logging_of_recorded_failures_goes_to_the_packages_logger(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "onceonly"), Scripted(fail=[409]).client() as client, pytest.raises(Declined):
        client.ai.run_fn("k", functools.partial(_raise, Declined))
    assert [record.name for record in caplog.records] == ["onceonly"] and "could not be recorded" in caplog.text
