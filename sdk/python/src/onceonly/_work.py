"""What has only started is not done: functions and values that are work still to be done, and what is made of them.

A coroutine, a generator, a stream or a function that somebody has returned is no result. It is awaited where that can be done; else it is
closed, and refused like an invalid argument, so that nothing records it as done.
"""

from __future__ import annotations

import asyncio
import collections.abc
import concurrent.futures
import contextlib
import dis
import functools
import inspect
import io
from typing import Any, Callable, Iterable, List, Mapping, Tuple, Type, Union, cast

OnException = Union[str, Type[BaseException], Tuple[Type[BaseException], ...]]
"""``"keep"``, ``"release"``, or the classes of exceptions after which a key is released."""

NESTED_MAX = 8  # Levels of lists and mappings in which unfinished work is looked for.


class NothingBegun(TypeError):
    """The function has given a coroutine or a generator of which not a step has run, and which is closed now: nothing has happened."""


def innermost(function: Callable[..., Any]) -> Any:
    """The function that partials are made of."""
    inner: Any = function
    while isinstance(inner, functools.partial):
        inner = cast("functools.partial[Any]", inner).func
    return inner


def is_async(function: Callable[..., Any]) -> bool:
    """Whether calling ``function`` makes a coroutine: async functions, their partials, and objects whose ``__call__`` is one."""
    return _is(inspect.iscoroutinefunction, function)


def check_function(name: str, function: Any, *, asynchronous: bool) -> None:
    """TypeError or ValueError for what can't be run to its end: no function, a generator function, or an async one in a synchronous call."""
    if not callable(function):
        raise TypeError(f"{name} must be a function, not a {type(function).__qualname__}")
    if _is(inspect.isgeneratorfunction, function) or _is(inspect.isasyncgenfunction, function):
        raise ValueError(f"{name} must do its work when it is called: a generator function only starts it")
    if not asynchronous and is_async(function):
        raise ValueError(f"{name} must not be async here: a call that is not async can't await it")


def _is(question: Callable[[Any], bool], function: Any) -> bool:
    inner = innermost(function)
    return question(inner) or (not inspect.isclass(inner) and question(type(inner).__call__))


def check_on_exception(on_exception: Any) -> None:
    """TypeError for what names no exceptions."""
    kinds = cast("Tuple[Any, ...]", on_exception if isinstance(on_exception, tuple) else (on_exception,))
    if on_exception in ("keep", "release") or (
        kinds and all(isinstance(one, type) and issubclass(one, BaseException) for one in kinds)
    ):
        return
    raise TypeError('on_exception must be "keep", "release", a class of exceptions or a tuple of them')


def releases(on_exception: OnException, error: BaseException) -> bool:
    """Whether the key is released after this exception."""
    return on_exception == "release" if isinstance(on_exception, str) else isinstance(error, on_exception)


def finished(value: Any) -> Any:
    """A function's value on a thread: a concurrent future is waited for, and other work that has only started is a TypeError."""
    while isinstance(value, concurrent.futures.Future):
        value = cast("concurrent.futures.Future[Any]", value).result()
    _refuse_unfinished(value)
    return value


async def finished_async(value: Any) -> Any:
    """A function's value in a task: what can be awaited is, and other work that has only started is a TypeError."""
    while True:
        if isinstance(value, concurrent.futures.Future):
            value = await asyncio.wrap_future(cast("concurrent.futures.Future[Any]", value))
        elif inspect.isawaitable(value):
            value = await value
        else:
            _refuse_unfinished(value)
            return value


def _refuse_unfinished(value: Any) -> None:
    started: List[Any] = [value] if _is_lazy(value) else list(_unfinished_in(value, 0))
    if not started:
        return
    refusal = NothingBegun if _is_unbegun(value) else TypeError
    for one in started:
        _end(one)
    kind = type(started[0]).__qualname__
    raise refusal(f"the function's value must be done, and a {kind} is work that has only started: nothing records it as done")


def _is_lazy(value: Any) -> bool:
    return _is_started(value) or isinstance(value, functools.partial) or inspect.isroutine(value) or _is_iterator(value)


def _is_iterator(value: Any) -> bool:
    """Whether a value is read step by step. A file is a thing that has been made, and a mock answers to everything but is not its iterator."""
    if isinstance(value, io.IOBase):
        return False
    try:
        if isinstance(value, collections.abc.Iterator):
            return iter(cast("Any", value)) is value
        return isinstance(value, collections.abc.AsyncIterator) and cast("Any", value).__aiter__() is value
    except Exception:  # What can't say that it is its iterator is a value.
        return False


def _is_unbegun(value: Any) -> bool:
    """Whether a value is a coroutine or a generator of which not a step has run."""
    if inspect.iscoroutine(value):
        return inspect.getcoroutinestate(value) == inspect.CORO_CREATED
    if inspect.isgenerator(value):
        return inspect.getgeneratorstate(value) == inspect.GEN_CREATED
    return inspect.isasyncgen(value) and _is_unbegun_stream(value)


def _is_unbegun_stream(value: Any) -> bool:
    state: Any = getattr(inspect, "getasyncgenstate", None)
    if state is not None:
        return bool(state(value) == "AGEN_CREATED")
    # Python before 3.12 does not say so, but it stands before the first instruction then, or at the one that has made it.
    frame: Any = value.ag_frame
    if frame is None:
        return False
    at: int = frame.f_lasti
    code: bytes = frame.f_code.co_code
    return at < 0 or dis.opname[code[at]] == "RETURN_GENERATOR"


def _is_started(value: Any) -> bool:
    return inspect.isawaitable(value) or inspect.isgenerator(value) or inspect.isasyncgen(value) or _is_future(value)


def _is_future(value: Any) -> bool:
    return isinstance(value, concurrent.futures.Future)


def _unfinished_in(value: Any, depth: int) -> Iterable[Any]:
    """Unfinished work within lists and mappings. (A function there is only a part of what was made.)"""
    if depth > NESTED_MAX:
        return
    held: Iterable[Any] = ()
    if isinstance(value, Mapping):
        held = cast("Mapping[Any, Any]", value).values()
    elif isinstance(value, (list, tuple, set, frozenset)):
        held = cast("List[Any]", value)
    for one in held:
        if _is_started(one):
            yield one
        else:
            yield from _unfinished_in(one, depth + 1)


def _end(value: Any) -> None:
    """Close or cancel what has started, by its kind: a cursor or a stream of the user's is not ours to close."""
    with contextlib.suppress(Exception):  # What can't be ended is refused all the same.
        if inspect.iscoroutine(value) or inspect.isgenerator(value):
            value.close()
        elif asyncio.isfuture(value) or _is_future(value):
            value.cancel()
