"""What has only started is not done: functions and values that are work still to be done."""

from __future__ import annotations

import asyncio
import concurrent.futures
import functools
from typing import Any, Callable, Dict, List

import pytest
from samples import (
    AsyncCallable,
    GeneratorCallable,
    async_generator_function,
    coroutine_function,
    generator_function,
    lambda_named,
    plus,
)
from test_functions import Server

from onceonly import idempotent, idempotent_ai


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
        "function": lambda: plus,
        "partial": lambda: functools.partial(plus, 1),
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
            assert (await client.ai.run_fn_async("c", lambda: pool.submit(plus, 1))).result == {"data": 2}
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
        assert idempotent(client)(lambda_named(pool.submit(plus, 1)))() == 2
