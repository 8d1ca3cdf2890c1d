"""``@idempotent`` and ``@idempotent_ai``: one line that makes a function run once."""

from __future__ import annotations

import functools
import sys
from typing import (
    Any,
    Callable,
    Coroutine,
    Dict,
    Literal,
    NoReturn,
    Optional,
    Protocol,
    Sequence,
    Type,
    TypeVar,
    Union,
    cast,
    overload,
)

from ._function import FunctionOptions
from ._keys import CallKeys, Parameters, check_method, fingerprint_of, key_part
from ._once import Once, checked_client, key_format_of
from ._options import Seconds
from ._resources._shapes import Ttl, text
from ._work import OnException, check_function, is_async
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
G = TypeVar("G")
M = TypeVar("M")
V = TypeVar("V")


class Idempotent(Protocol[D]):
    """What ``idempotent(…)`` makes of a function: one that answers with the function's value, or with D at a duplicate."""

    @overload
    # A coroutine is a value too, but its case comes first.
    def __call__(  # pyright: ignore[reportOverlappingOverload]
        self, function: Callable[P, Coroutine[Any, Any, R]], /
    ) -> Callable[P, Coroutine[Any, Any, Union[R, D]]]: ...

    @overload
    def __call__(self, function: Callable[P, R], /) -> Callable[P, Union[R, D]]: ...


class IdempotentAi(Protocol[V]):
    """What ``idempotent_ai(…)`` makes of a function: one that answers with an AiResult, whose ``value`` is a V."""

    @overload
    def __call__(  # pyright: ignore[reportOverlappingOverload]
        self, function: Callable[P, Coroutine[Any, Any, Any]], /
    ) -> Callable[P, Coroutine[Any, Any, AiResult[V]]]: ...

    @overload
    def __call__(self, function: Callable[P, Any], /) -> Callable[P, AiResult[V]]: ...


@overload
def idempotent(
    client: OnceOnly,
    key_prefix: str = "func",
    ttl: Ttl = 86400,
    key_func: Optional[Callable[..., Any]] = None,
    key_version: str = "v1",
    key_id: Optional[str] = None,
    *,
    on_duplicate: Literal["raise", "replay"],
    return_value_on_duplicate: object = None,
    fail_open: Optional[bool] = None,
    on_exception: OnException = "keep",
    key_format: Optional[str] = None,
    key_self: bool = False,
    fingerprint_func: Optional[Callable[..., Any]] = None,
    fingerprint_fields: Optional[Sequence[str]] = None,
    model: Optional[Type[Any]] = None,
) -> Idempotent[NoReturn]: ...


@overload
def idempotent(
    client: OnceOnly,
    key_prefix: str = "func",
    ttl: Ttl = 86400,
    key_func: Optional[Callable[..., Any]] = None,
    key_version: str = "v1",
    key_id: Optional[str] = None,
    *,
    on_duplicate: Callable[..., G],
    return_value_on_duplicate: object = None,
    fail_open: Optional[bool] = None,
    on_exception: OnException = "keep",
    key_format: Optional[str] = None,
    key_self: bool = False,
    fingerprint_func: Optional[Callable[..., Any]] = None,
    fingerprint_fields: Optional[Sequence[str]] = None,
    model: None = None,
) -> Idempotent[G]: ...


@overload
def idempotent(
    client: OnceOnly,
    key_prefix: str = "func",
    ttl: Ttl = 86400,
    key_func: Optional[Callable[..., Any]] = None,
    key_version: str = "v1",
    key_id: Optional[str] = None,
    on_duplicate: Union[Literal["tell"], None] = "tell",
    *,
    return_value_on_duplicate: G,
    fail_open: Optional[bool] = None,
    on_exception: OnException = "keep",
    key_format: Optional[str] = None,
    key_self: bool = False,
    fingerprint_func: Optional[Callable[..., Any]] = None,
    fingerprint_fields: Optional[Sequence[str]] = None,
    model: None = None,
) -> Idempotent[G]: ...


@overload
def idempotent(
    client: OnceOnly,
    key_prefix: str = "func",
    ttl: Ttl = 86400,
    key_func: Optional[Callable[..., Any]] = None,
    key_version: str = "v1",
    key_id: Optional[str] = None,
    on_duplicate: Union[Literal["tell"], None] = "tell",
    return_value_on_duplicate: None = None,
    fail_open: Optional[bool] = None,
    on_exception: OnException = "keep",
    key_format: Optional[str] = None,
    key_self: bool = False,
    fingerprint_func: Optional[Callable[..., Any]] = None,
    fingerprint_fields: Optional[Sequence[str]] = None,
    model: None = None,
) -> Idempotent[None]: ...


def idempotent(
    client: OnceOnly,
    key_prefix: str = "func",
    ttl: Ttl = 86400,
    key_func: Optional[Callable[..., Any]] = None,
    key_version: str = "v1",
    key_id: Optional[str] = None,
    on_duplicate: Any = "tell",
    return_value_on_duplicate: Any = None,
    fail_open: Optional[bool] = None,
    on_exception: OnException = "keep",
    key_format: Optional[str] = None,
    key_self: bool = False,
    fingerprint_func: Optional[Callable[..., Any]] = None,
    fingerprint_fields: Optional[Sequence[str]] = None,
    model: Optional[Type[Any]] = None,
) -> Any:
    """Let each call with equal arguments act once within ``ttl`` (seconds or a timedelta); for functions and for async functions.

    The key is ``<key_prefix>:<k>``, where k is what ``key_func`` makes of the arguments (a text, an integer or a UUID), else a hash of
    ``key_version``, ``key_id`` (or the function's module and name) and the arguments, bound to the function's signature with its defaults.
    Arguments that have no JSON form need ``key_func``: TypeError or ValueError otherwise. A method needs it too, unless ``key_self`` puts
    ``self`` into the key. ``key_format="published"`` derives keys as onceonly-sdk 3.0.5 does; the client's own if absent.

    A duplicate answers with ``on_duplicate`` of the same arguments; or with ``return_value_on_duplicate`` (``"tell"``), with a DuplicateError
    (``"raise"``), or with the first call's value (``"replay"``, in its JSON form, or as ``model`` if that is given), for which it waits 60
    seconds at most. What is replayed is kept for 7 days, whatever ``ttl`` says.

    A function that raises keeps its key until ``ttl`` ends, unless ``on_exception`` is ``"release"`` or names the exception's class.
    ``fingerprint_func`` makes a value of the arguments, or ``fingerprint_fields`` names some: the same key with another fingerprint is an
    ApiError ``key_reused``. ``fail_open`` overrides the client's: while it is on, the function runs UNPROTECTED when the server can't be
    reached.
    """
    once = Once(
        checked_client(client, "@idempotent"),
        ttl,
        fail_open,
        "tell" if on_duplicate is None else on_duplicate,
        on_exception,
        model,
    )
    once.check()
    derived = key_format_of(client, key_format)

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        check_method(function, key_self or key_func is not None)
        check_function("function", function, asynchronous=True)
        if callable(on_duplicate) and is_async(on_duplicate) and not is_async(function):
            raise TypeError("on_duplicate must not be async where the function is not: nothing could await its answer")
        keys = CallKeys(function, key_version, key_id, derived) if key_func is None else None
        fingerprint = _fingerprints(function, fingerprint_func, fingerprint_fields)

        def key(args: Any, kwargs: Any) -> str:
            k = keys.key(args, kwargs) if keys else key_part("key_func", cast(Any, key_func)(*args, **kwargs))
            return f"{key_prefix}:{k}"

        def at_duplicate(args: Any, kwargs: Any) -> Any:
            return on_duplicate(*args, **kwargs) if callable(on_duplicate) else return_value_on_duplicate

        @functools.wraps(function)
        def plain(*args: Any, **kwargs: Any) -> Any:
            call = functools.partial(function, *args, **kwargs)
            return once.run(key(args, kwargs), call, lambda _: at_duplicate(args, kwargs), **fingerprint(args, kwargs))

        @functools.wraps(function)
        async def asynchronous(*args: Any, **kwargs: Any) -> Any:
            call = functools.partial(function, *args, **kwargs)
            return await once.run_async(
                key(args, kwargs), call, lambda _: at_duplicate(args, kwargs), **fingerprint(args, kwargs)
            )

        return asynchronous if is_async(function) else plain

    return decorate


def _fingerprints(
    function: Callable[..., Any], made_by: Optional[Callable[..., Any]], fields: Optional[Sequence[str]]
) -> Callable[[Any, Any], Dict[str, Any]]:
    """How the fingerprint of a call is made; an empty dict when there is none."""
    if made_by is not None and fields is not None:
        raise ValueError("give either fingerprint_func or fingerprint_fields")
    if made_by is not None:
        return lambda args, kwargs: {"fingerprint": fingerprint_of(made_by(*args, **kwargs))}
    if fields is None:
        return lambda args, kwargs: {}
    parameters = Parameters(function)
    unknown = [name for name in fields if name not in parameters.names]
    if unknown or isinstance(fields, str):
        raise ValueError(f"fingerprint_fields must name parameters of the function: {fields!r}")
    return lambda args, kwargs: {"fingerprint": fingerprint_of(parameters.chosen(fields, args, kwargs))}


@overload
def idempotent_ai(
    client: OnceOnly,
    key: Optional[str] = None,
    key_fn: Optional[Callable[..., Any]] = None,
    ttl: Ttl = 300,
    metadata: Any = None,
    metadata_fn: Optional[Callable[..., Any]] = None,
    extend_every: Seconds = 30.0,
    wait_on_conflict: bool = True,
    timeout: Seconds = 60.0,
    poll_min: Seconds = 0.5,
    poll_max: Seconds = 5.0,
    error_code: str = "fn_error",
    on_lease_lost: Optional[Callable[[OnceOnlyError], Any]] = None,
    fingerprint: Optional[str] = None,
    retry_failed: bool = False,
    on_exception: OnException = "keep",
    *,
    model: Type[M],
    fingerprint_func: Optional[Callable[..., Any]] = None,
) -> IdempotentAi[M]: ...


@overload
def idempotent_ai(
    client: OnceOnly,
    key: Optional[str] = None,
    key_fn: Optional[Callable[..., Any]] = None,
    ttl: Ttl = 300,
    metadata: Any = None,
    metadata_fn: Optional[Callable[..., Any]] = None,
    extend_every: Seconds = 30.0,
    wait_on_conflict: bool = True,
    timeout: Seconds = 60.0,
    poll_min: Seconds = 0.5,
    poll_max: Seconds = 5.0,
    error_code: str = "fn_error",
    on_lease_lost: Optional[Callable[[OnceOnlyError], Any]] = None,
    fingerprint: Optional[str] = None,
    retry_failed: bool = False,
    on_exception: OnException = "keep",
    model: None = None,
    fingerprint_func: Optional[Callable[..., Any]] = None,
) -> IdempotentAi[Any]: ...


def idempotent_ai(
    client: OnceOnly,
    key: Optional[str] = None,
    key_fn: Optional[Callable[..., Any]] = None,
    ttl: Ttl = 300,
    metadata: Any = None,
    metadata_fn: Optional[Callable[..., Any]] = None,
    extend_every: Seconds = 30.0,
    wait_on_conflict: bool = True,
    timeout: Seconds = 60.0,
    poll_min: Seconds = 0.5,
    poll_max: Seconds = 5.0,
    error_code: str = "fn_error",
    on_lease_lost: Optional[Callable[[OnceOnlyError], Any]] = None,
    fingerprint: Optional[str] = None,
    retry_failed: bool = False,
    on_exception: OnException = "keep",
    model: Optional[Type[Any]] = None,
    fingerprint_func: Optional[Callable[..., Any]] = None,
) -> IdempotentAi[Any]:
    """Run a function once for each key, under a lease; for functions and for async functions. Answers with an AiResult.

    The key is ``key``, or what ``key_fn`` makes of the arguments (a text, an integer or a UUID); likewise ``metadata`` and ``metadata_fn``, and
    ``fingerprint`` and ``fingerprint_func``. The other options are those of ``client.ai.run_fn``. Within the function, ``current_lease()`` is
    its lease.
    """
    checked_client(client, "@idempotent_ai")
    if (key is None) == (key_fn is None):
        raise ValueError("give either key or key_fn")
    if metadata is not None and metadata_fn is not None:
        raise ValueError("give either metadata or metadata_fn")
    if fingerprint is not None and fingerprint_func is not None:
        raise ValueError("give either fingerprint or fingerprint_func")
    options: Dict[str, Any] = {
        "extend_every": extend_every,
        "wait_on_conflict": wait_on_conflict,
        "timeout": timeout,
        "poll_min": poll_min,
        "poll_max": poll_max,
        "error_code": error_code,
        "on_lease_lost": on_lease_lost,
        "retry_failed": retry_failed,
        "on_exception": on_exception,
        "model": model,
    }
    FunctionOptions(ttl, metadata, fingerprint=fingerprint, **options).check()

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        check_function("function", function, asynchronous=True)

        def call(run: Callable[..., Any], args: Any, kwargs: Any) -> Any:
            return run(
                key=text("key", key) if key_fn is None else key_part("key_fn", key_fn(*args, **kwargs)),
                fn=functools.partial(function, *args, **kwargs),
                ttl=ttl,
                metadata=metadata if metadata_fn is None else metadata_fn(*args, **kwargs),
                fingerprint=fingerprint if fingerprint_func is None else fingerprint_of(fingerprint_func(*args, **kwargs)),
                **options,
            )

        @functools.wraps(function)
        def plain(*args: Any, **kwargs: Any) -> Any:
            return call(client.ai.run_fn, args, kwargs)

        @functools.wraps(function)
        async def asynchronous(*args: Any, **kwargs: Any) -> Any:
            return await call(client.ai.run_fn_async, args, kwargs)

        return asynchronous if is_async(function) else plain

    return cast("IdempotentAi[Any]", decorate)
