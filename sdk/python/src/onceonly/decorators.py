"""``@idempotent`` and ``@idempotent_ai``: one line that makes a function run once."""

from __future__ import annotations

import functools
import inspect
import sys
from typing import Any, Callable, Coroutine, Dict, Optional, Protocol, TypeVar, Union, cast, overload

from ._keys import key_of_call, name_of
from ._resources._shapes import text
from ._runner import is_async
from .client import OnceOnly
from .errors import OnceOnlyError
from .results import AiResult

if sys.version_info >= (3, 10):
    from typing import ParamSpec
else:
    from typing_extensions import ParamSpec

P = ParamSpec("P")
R = TypeVar("R")
D = TypeVar("D", covariant=True)


class Idempotent(Protocol[D]):
    """What ``idempotent(…)`` makes of a function: one that answers with the function's value, or with D at a duplicate."""

    @overload
    # A coroutine is a value too, but its case comes first.
    def __call__(  # pyright: ignore[reportOverlappingOverload]
        self, function: Callable[P, Coroutine[Any, Any, R]], /
    ) -> Callable[P, Coroutine[Any, Any, Union[R, D]]]: ...

    @overload
    def __call__(self, function: Callable[P, R], /) -> Callable[P, Union[R, D]]: ...


class IdempotentAi(Protocol):
    """What ``idempotent_ai(…)`` makes of a function: one that answers with an AiResult."""

    @overload
    def __call__(  # pyright: ignore[reportOverlappingOverload]
        self, function: Callable[P, Coroutine[Any, Any, Any]], /
    ) -> Callable[P, Coroutine[Any, Any, AiResult]]: ...

    @overload
    def __call__(self, function: Callable[P, Any], /) -> Callable[P, AiResult]: ...


@overload
def idempotent(
    client: OnceOnly,
    key_prefix: str = "func",
    ttl: Optional[int] = 86400,
    key_func: Optional[Callable[..., Any]] = None,
    key_version: str = "v1",
    key_id: Optional[str] = None,
    *,
    on_duplicate: Callable[..., D],
    return_value_on_duplicate: object = None,
    fail_open: Optional[bool] = None,
) -> Idempotent[D]: ...


@overload
def idempotent(
    client: OnceOnly,
    key_prefix: str = "func",
    ttl: Optional[int] = 86400,
    key_func: Optional[Callable[..., Any]] = None,
    key_version: str = "v1",
    key_id: Optional[str] = None,
    on_duplicate: None = None,
    return_value_on_duplicate: D = None,
    fail_open: Optional[bool] = None,
) -> Idempotent[D]: ...


def idempotent(
    client: OnceOnly,
    key_prefix: str = "func",
    ttl: Optional[int] = 86400,
    key_func: Optional[Callable[..., Any]] = None,
    key_version: str = "v1",
    key_id: Optional[str] = None,
    on_duplicate: Optional[Callable[..., Any]] = None,
    return_value_on_duplicate: Any = None,
    fail_open: Optional[bool] = None,
) -> Any:
    """Let each call with equal arguments act once within ``ttl`` seconds; for functions and for async functions.

    The key is ``<key_prefix>:<k>``, where k is what ``key_func`` makes of the arguments, else a hash of ``key_version``, ``key_id`` (or
    the function's module and name) and the arguments. Arguments without a JSON form, such as ``self``, need ``key_func``: TypeError otherwise.

    A duplicate answers with ``on_duplicate`` of the same arguments, else with ``return_value_on_duplicate``. The key stays taken when the function
    raises. ``fail_open`` overrides the client's: while it is on, the function runs UNPROTECTED when the server can't be reached.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        name = "" if key_func is not None else name_of(function, key_id)

        def key(args: Any, kwargs: Any) -> str:
            k = text("the key", str(key_func(*args, **kwargs))) if key_func else key_of_call(name, key_version, args, kwargs)
            return f"{key_prefix}:{k}"

        def at_duplicate(args: Any, kwargs: Any) -> Any:
            return return_value_on_duplicate if on_duplicate is None else on_duplicate(*args, **kwargs)

        @functools.wraps(function)
        def once(*args: Any, **kwargs: Any) -> Any:
            lock = client.check_lock(key(args, kwargs), ttl, fail_open=fail_open)
            return function(*args, **kwargs) if lock.should_proceed() else at_duplicate(args, kwargs)

        @functools.wraps(function)
        async def once_async(*args: Any, **kwargs: Any) -> Any:
            lock = await client.check_lock_async(key(args, kwargs), ttl, fail_open=fail_open)
            if lock.should_proceed():
                return await function(*args, **kwargs)
            answer = at_duplicate(args, kwargs)
            return await answer if inspect.isawaitable(answer) else answer

        return once_async if is_async(function) else once

    return decorate


def idempotent_ai(
    client: OnceOnly,
    key: Optional[str] = None,
    key_fn: Optional[Callable[..., str]] = None,
    ttl: Optional[int] = 300,
    metadata: Any = None,
    metadata_fn: Optional[Callable[..., Any]] = None,
    extend_every: float = 30.0,
    wait_on_conflict: bool = True,
    timeout: float = 60.0,
    poll_min: float = 0.5,
    poll_max: float = 5.0,
    error_code: str = "fn_error",
    on_lease_lost: Optional[Callable[[OnceOnlyError], Any]] = None,
    fingerprint: Optional[str] = None,
    retry_failed: bool = False,
) -> IdempotentAi:
    """Run a function once for each key, under a lease; for functions and for async functions. Answers with an AiResult.

    The key is ``key``, or what ``key_fn`` makes of the arguments; likewise ``metadata`` and ``metadata_fn``. The other options are those
    of ``client.ai.run_fn``. Within the function, ``current_lease()`` is its lease.
    """
    if (key is None) == (key_fn is None):
        raise ValueError("give either key or key_fn")
    if metadata is not None and metadata_fn is not None:
        raise ValueError("give either metadata or metadata_fn")
    options: Dict[str, Any] = {
        "extend_every": extend_every,
        "wait_on_conflict": wait_on_conflict,
        "timeout": timeout,
        "poll_min": poll_min,
        "poll_max": poll_max,
        "error_code": error_code,
        "on_lease_lost": on_lease_lost,
        "fingerprint": fingerprint,
        "retry_failed": retry_failed,
    }

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(run: Callable[..., Any], args: Any, kwargs: Any) -> Any:
            return run(
                key if key_fn is None else key_fn(*args, **kwargs),
                functools.partial(function, *args, **kwargs),
                ttl=ttl,
                metadata=metadata if metadata_fn is None else metadata_fn(*args, **kwargs),
                **options,
            )

        @functools.wraps(function)
        def once(*args: Any, **kwargs: Any) -> Any:
            return call(client.ai.run_fn, args, kwargs)

        @functools.wraps(function)
        async def once_async(*args: Any, **kwargs: Any) -> Any:
            return await call(client.ai.run_fn_async, args, kwargs)

        return once_async if is_async(function) else once

    return cast(IdempotentAi, decorate)
