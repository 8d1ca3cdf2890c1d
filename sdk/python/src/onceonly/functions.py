"""``client.ai.run_fn``: functions that run once for each key."""

from __future__ import annotations

from typing import Any, Awaitable, Callable, Optional, Type, TypeVar, Union, overload

from ._engine import Engine
from ._function import FunctionOptions, run_function
from ._options import Seconds
from ._resources._shapes import Ttl
from ._work import OnException
from .errors import OnceOnlyError
from .results import AiResult

M = TypeVar("M")
OnLeaseLost = Callable[[OnceOnlyError], Any]


class FunctionCalls:
    """The calls that run functions, which `AiClient` offers as its own. Durations are seconds, or timedeltas."""

    _engine: Engine

    @overload
    def run_fn(
        self,
        key: str,
        fn: Callable[[], Any],
        ttl: Ttl = 300,
        metadata: Any = None,
        extend_every: Seconds = 30.0,
        wait_on_conflict: bool = True,
        timeout: Seconds = 60.0,
        poll_min: Seconds = 0.5,
        poll_max: Seconds = 5.0,
        error_code: str = "fn_error",
        on_lease_lost: Optional[OnLeaseLost] = None,
        fingerprint: Optional[str] = None,
        retry_failed: bool = False,
        on_exception: OnException = "keep",
        *,
        model: Type[M],
    ) -> AiResult[M]: ...

    @overload
    def run_fn(
        self,
        key: str,
        fn: Callable[[], Any],
        ttl: Ttl = 300,
        metadata: Any = None,
        extend_every: Seconds = 30.0,
        wait_on_conflict: bool = True,
        timeout: Seconds = 60.0,
        poll_min: Seconds = 0.5,
        poll_max: Seconds = 5.0,
        error_code: str = "fn_error",
        on_lease_lost: Optional[OnLeaseLost] = None,
        fingerprint: Optional[str] = None,
        retry_failed: bool = False,
        on_exception: OnException = "keep",
        model: None = None,
    ) -> AiResult: ...

    def run_fn(
        self,
        key: str,
        fn: Callable[[], Any],
        ttl: Ttl = 300,
        metadata: Any = None,
        extend_every: Seconds = 30.0,
        wait_on_conflict: bool = True,
        timeout: Seconds = 60.0,
        poll_min: Seconds = 0.5,
        poll_max: Seconds = 5.0,
        error_code: str = "fn_error",
        on_lease_lost: Optional[OnLeaseLost] = None,
        fingerprint: Optional[str] = None,
        retry_failed: bool = False,
        on_exception: OnException = "keep",
        model: Optional[Type[Any]] = None,
    ) -> AiResult[Any]:
        """Run ``fn`` once for ``key``, under a lease that is extended until its end is recorded; its value is stored as the key's result.

        Whoever comes later, or at the same time (``wait_on_conflict``), gets that result; ``value`` is it as ``model``, a Pydantic model or a
        dataclass. If the owner has died, whoever waits runs ``fn``.

        If ``fn`` raises, the key has failed (``error_code``) and the same error is raised; after an exception that ``on_exception`` releases
        (``"release"`` for all, or classes), whoever comes later runs ``fn`` again. If the lease is lost, ``on_lease_lost`` is called with the
        server's answer, or with a LeaseLostError ``lease_expired`` when its time has passed without an extend; ``current_lease().lost`` is True
        within ``fn``, and this ends in LeaseLostError, unless ``fn`` returns and nobody else has acquired the key. If ``fn`` has returned and
        that can't be recorded until the lease's end: ResultNotRecordedError, which has the value.

        ``fn`` must do its work when it is called: what is async, a generator, or a stream is refused.
        """
        options = FunctionOptions(
            ttl,
            metadata,
            extend_every,
            wait_on_conflict,
            timeout,
            poll_min,
            poll_max,
            error_code,
            on_lease_lost,
            fingerprint,
            retry_failed,
            on_exception,
            model,
        )
        return self._engine.run(run_function(self._engine.http, key, fn, options, asynchronous=False))

    @overload
    async def run_fn_async(
        self,
        key: str,
        fn: Union[Callable[[], Awaitable[Any]], Callable[[], Any]],
        ttl: Ttl = 300,
        metadata: Any = None,
        extend_every: Seconds = 30.0,
        wait_on_conflict: bool = True,
        timeout: Seconds = 60.0,
        poll_min: Seconds = 0.5,
        poll_max: Seconds = 5.0,
        error_code: str = "fn_error",
        on_lease_lost: Optional[OnLeaseLost] = None,
        fingerprint: Optional[str] = None,
        retry_failed: bool = False,
        on_exception: OnException = "keep",
        *,
        model: Type[M],
    ) -> AiResult[M]: ...

    @overload
    async def run_fn_async(
        self,
        key: str,
        fn: Union[Callable[[], Awaitable[Any]], Callable[[], Any]],
        ttl: Ttl = 300,
        metadata: Any = None,
        extend_every: Seconds = 30.0,
        wait_on_conflict: bool = True,
        timeout: Seconds = 60.0,
        poll_min: Seconds = 0.5,
        poll_max: Seconds = 5.0,
        error_code: str = "fn_error",
        on_lease_lost: Optional[OnLeaseLost] = None,
        fingerprint: Optional[str] = None,
        retry_failed: bool = False,
        on_exception: OnException = "keep",
        model: None = None,
    ) -> AiResult: ...

    async def run_fn_async(
        self,
        key: str,
        fn: Union[Callable[[], Awaitable[Any]], Callable[[], Any]],
        ttl: Ttl = 300,
        metadata: Any = None,
        extend_every: Seconds = 30.0,
        wait_on_conflict: bool = True,
        timeout: Seconds = 60.0,
        poll_min: Seconds = 0.5,
        poll_max: Seconds = 5.0,
        error_code: str = "fn_error",
        on_lease_lost: Optional[OnLeaseLost] = None,
        fingerprint: Optional[str] = None,
        retry_failed: bool = False,
        on_exception: OnException = "keep",
        model: Optional[Type[Any]] = None,
    ) -> AiResult[Any]:
        """As ``run_fn``. ``fn`` may be async; one that is not runs in a thread, so that the lease is extended meanwhile.

        When the lease is lost, an async ``fn`` is cancelled. When this call is cancelled, so is ``fn``; the lease is kept alive until ``fn`` has
        ended, a value that it still returns is recorded, and then CancelledError is raised.
        """
        options = FunctionOptions(
            ttl,
            metadata,
            extend_every,
            wait_on_conflict,
            timeout,
            poll_min,
            poll_max,
            error_code,
            on_lease_lost,
            fingerprint,
            retry_failed,
            on_exception,
            model,
        )
        return await self._engine.run_async(run_function(self._engine.http, key, fn, options, asynchronous=True))
