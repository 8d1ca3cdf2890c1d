"""``client.ai``: leases, keyed runs, governed tool calls, and functions that run once."""

from __future__ import annotations

from typing import Any, Awaitable, Callable, Mapping, Optional, Union, overload

from . import _flows
from ._engine import Engine
from ._flows import Waiting
from ._function import FunctionOptions, run_function
from ._resources import leases, runs
from ._values import stored
from .errors import OnceOnlyError
from .results import AiResult, AiRun, AiStatus, AiToolResult, JsonObject

OnLeaseLost = Callable[[OnceOnlyError], Any]


class AiClient:
    """Durations are seconds. Each call has a twin ``…_async``. As safe to share as the client itself."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @overload
    def run(
        self,
        key: str,
        ttl: Optional[int] = None,
        metadata: Any = None,
        *,
        run_id: Optional[str] = None,
        fingerprint: Optional[str] = None,
        retry_failed: bool = False,
    ) -> AiRun: ...

    @overload
    def run(
        self,
        *,
        agent_id: str,
        tool: str,
        args: Optional[Mapping[str, Any]] = None,
        spend_usd: Optional[float] = None,
        run_id: Optional[str] = None,
    ) -> AiToolResult: ...

    @overload
    def run(
        self,
        key: Optional[str] = None,
        ttl: Optional[int] = None,
        metadata: Any = None,
        agent_id: Optional[str] = None,
        tool: Optional[str] = None,
        args: Optional[Mapping[str, Any]] = None,
        spend_usd: Optional[float] = None,
        run_id: Optional[str] = None,
        *,
        fingerprint: Optional[str] = None,
        retry_failed: bool = False,
    ) -> Union[AiRun, AiToolResult]: ...

    def run(
        self,
        key: Optional[str] = None,
        ttl: Optional[int] = None,
        metadata: Any = None,
        agent_id: Optional[str] = None,
        tool: Optional[str] = None,
        args: Optional[Mapping[str, Any]] = None,
        spend_usd: Optional[float] = None,
        run_id: Optional[str] = None,
        *,
        fingerprint: Optional[str] = None,
        retry_failed: bool = False,
    ) -> Union[AiRun, AiToolResult]:
        """Start or join the background run of ``key``; or, with ``agent_id`` and ``tool``, have a governed call made (``run_tool``).

        ``metadata`` describes the run: ``run_id``, ``agent_id``, ``actions``. ``retry_failed`` runs a key again whose last outcome was failed.
        Give either ``key`` or ``agent_id`` and ``tool``: ValueError otherwise.
        """
        return self._engine.call(
            runs.either(key, ttl, metadata, agent_id, tool, args, spend_usd, run_id, fingerprint, retry_failed)
        )

    @overload
    async def run_async(
        self,
        key: str,
        ttl: Optional[int] = None,
        metadata: Any = None,
        *,
        run_id: Optional[str] = None,
        fingerprint: Optional[str] = None,
        retry_failed: bool = False,
    ) -> AiRun: ...

    @overload
    async def run_async(
        self,
        *,
        agent_id: str,
        tool: str,
        args: Optional[Mapping[str, Any]] = None,
        spend_usd: Optional[float] = None,
        run_id: Optional[str] = None,
    ) -> AiToolResult: ...

    @overload
    async def run_async(
        self,
        key: Optional[str] = None,
        ttl: Optional[int] = None,
        metadata: Any = None,
        agent_id: Optional[str] = None,
        tool: Optional[str] = None,
        args: Optional[Mapping[str, Any]] = None,
        spend_usd: Optional[float] = None,
        run_id: Optional[str] = None,
        *,
        fingerprint: Optional[str] = None,
        retry_failed: bool = False,
    ) -> Union[AiRun, AiToolResult]: ...

    async def run_async(
        self,
        key: Optional[str] = None,
        ttl: Optional[int] = None,
        metadata: Any = None,
        agent_id: Optional[str] = None,
        tool: Optional[str] = None,
        args: Optional[Mapping[str, Any]] = None,
        spend_usd: Optional[float] = None,
        run_id: Optional[str] = None,
        *,
        fingerprint: Optional[str] = None,
        retry_failed: bool = False,
    ) -> Union[AiRun, AiToolResult]:
        """As ``run``."""
        return await self._engine.call_async(
            runs.either(key, ttl, metadata, agent_id, tool, args, spend_usd, run_id, fingerprint, retry_failed)
        )

    def run_and_wait(
        self,
        key: str,
        ttl: Optional[int] = None,
        metadata: Any = None,
        timeout: float = 60.0,
        poll_min: float = 0.5,
        poll_max: float = 5.0,
        *,
        fingerprint: Optional[str] = None,
        retry_failed: bool = False,
        auto_extend: bool = True,
        extend_every: float = 30.0,
    ) -> AiResult:
        """Start or join the run of ``key`` and wait for its end, ``timeout`` in all.

        When the time is over: ``ok`` False, ``error_code`` ``timeout``; the run goes on.
        """
        return self._engine.run(
            _flows.run_and_wait(
                self._engine.http,
                Waiting(self._engine.http, timeout, poll_min, poll_max),
                key,
                ttl,
                metadata,
                fingerprint,
                retry_failed,
                auto_extend,
                extend_every,
            )
        )

    async def run_and_wait_async(
        self,
        key: str,
        ttl: Optional[int] = None,
        metadata: Any = None,
        timeout: float = 60.0,
        poll_min: float = 0.5,
        poll_max: float = 5.0,
        *,
        fingerprint: Optional[str] = None,
        retry_failed: bool = False,
        auto_extend: bool = True,
        extend_every: float = 30.0,
    ) -> AiResult:
        """As ``run_and_wait``."""
        return await self._engine.run_async(
            _flows.run_and_wait(
                self._engine.http,
                Waiting(self._engine.http, timeout, poll_min, poll_max),
                key,
                ttl,
                metadata,
                fingerprint,
                retry_failed,
                auto_extend,
                extend_every,
            )
        )

    def run_tool(
        self,
        agent_id: str,
        tool: str,
        args: Optional[Mapping[str, Any]] = None,
        spend_usd: Optional[float] = None,
        run_id: Optional[str] = None,
        idempotency_key: Optional[str] = None,
        dry_run: bool = False,
    ) -> AiToolResult:
        """Have an agent's tool call decided by its policy and made by the server.

        A blocked call is an answer: look at ``allowed``. A tool that fails is an ApiError ``tool_error`` (502) whose ``detail`` says whether
        it may have acted. ``dry_run`` only decides.
        """
        return self._engine.call(runs.run_tool(agent_id, tool, args, spend_usd, run_id, idempotency_key, dry_run))

    async def run_tool_async(
        self,
        agent_id: str,
        tool: str,
        args: Optional[Mapping[str, Any]] = None,
        spend_usd: Optional[float] = None,
        run_id: Optional[str] = None,
        idempotency_key: Optional[str] = None,
        dry_run: bool = False,
    ) -> AiToolResult:
        """As ``run_tool``."""
        return await self._engine.call_async(runs.run_tool(agent_id, tool, args, spend_usd, run_id, idempotency_key, dry_run))

    def run_fn(
        self,
        key: str,
        fn: Callable[[], Any],
        ttl: Optional[int] = 300,
        metadata: Any = None,
        extend_every: float = 30.0,
        wait_on_conflict: bool = True,
        timeout: float = 60.0,
        poll_min: float = 0.5,
        poll_max: float = 5.0,
        error_code: str = "fn_error",
        on_lease_lost: Optional[OnLeaseLost] = None,
        fingerprint: Optional[str] = None,
        retry_failed: bool = False,
    ) -> AiResult:
        """Run ``fn`` once for ``key``, under a lease that is extended until it ends; its value is stored as the key's result.

        Whoever comes later, or at the same time (``wait_on_conflict``), gets that result. If ``fn`` raises, the key has failed
        (``error_code``) and the same error is raised. If the lease is lost, ``on_lease_lost`` is called with the server's answer,
        ``current_lease().lost`` is True within ``fn``, and this ends in LeaseLostError.
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
        )
        return self._engine.run(run_function(self._engine.http, key, fn, options))

    async def run_fn_async(
        self,
        key: str,
        fn: Union[Callable[[], Awaitable[Any]], Callable[[], Any]],
        ttl: Optional[int] = 300,
        metadata: Any = None,
        extend_every: float = 30.0,
        wait_on_conflict: bool = True,
        timeout: float = 60.0,
        poll_min: float = 0.5,
        poll_max: float = 5.0,
        error_code: str = "fn_error",
        on_lease_lost: Optional[OnLeaseLost] = None,
        fingerprint: Optional[str] = None,
        retry_failed: bool = False,
    ) -> AiResult:
        """As ``run_fn``. ``fn`` may be async; one that is not runs in a thread, so that the lease is extended meanwhile.

        When the lease is lost, an async ``fn`` is cancelled.
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
        )
        return await self._engine.run_async(run_function(self._engine.http, key, fn, options))

    def lease(
        self,
        key: str,
        ttl: Optional[int] = None,
        metadata: Any = None,
        *,
        fingerprint: Optional[str] = None,
        retry_failed: bool = False,
    ) -> JsonObject:
        """Ask for the lease of ``key``: ``status`` is ``acquired``, ``polling`` (another has it), ``completed`` or ``failed``."""
        return self._engine.call(leases.lease(key, ttl, metadata, fingerprint, retry_failed))

    async def lease_async(
        self,
        key: str,
        ttl: Optional[int] = None,
        metadata: Any = None,
        *,
        fingerprint: Optional[str] = None,
        retry_failed: bool = False,
    ) -> JsonObject:
        """As ``lease``."""
        return await self._engine.call_async(leases.lease(key, ttl, metadata, fingerprint, retry_failed))

    def status(
        self,
        key: str,
        wait: Optional[float] = None,
    ) -> AiStatus:
        """The key's state. With ``wait`` (0 to 60) the server answers when the work ends, or after that long."""
        return self._engine.call(leases.status(key, wait))

    async def status_async(
        self,
        key: str,
        wait: Optional[float] = None,
    ) -> AiStatus:
        """As ``status``."""
        return await self._engine.call_async(leases.status(key, wait))

    def result(
        self,
        key: str,
        wait: Optional[float] = None,
    ) -> AiResult:
        """How the key's work ended. With ``wait`` (0 to 60) the server answers when it ends, or after that long."""
        return self._engine.call(leases.result(key, wait))

    async def result_async(
        self,
        key: str,
        wait: Optional[float] = None,
    ) -> AiResult:
        """As ``result``."""
        return await self._engine.call_async(leases.result(key, wait))

    def wait(
        self,
        key: str,
        timeout: float = 60.0,
        poll_min: float = 0.5,
        poll_max: float = 5.0,
        lease_id: Optional[str] = None,
        auto_extend: bool = True,
        extend_every: float = 30.0,
    ) -> AiResult:
        """Wait until the key's work has ended. When ``timeout`` has passed: ``ok`` False, ``error_code`` ``timeout``; the work goes on.

        Give ``lease_id`` only as the lease's owner: it is then extended while waiting.
        """
        return self._engine.run(
            _flows.wait(Waiting(self._engine.http, timeout, poll_min, poll_max), key, lease_id, auto_extend, extend_every)
        )

    async def wait_async(
        self,
        key: str,
        timeout: float = 60.0,
        poll_min: float = 0.5,
        poll_max: float = 5.0,
        lease_id: Optional[str] = None,
        auto_extend: bool = True,
        extend_every: float = 30.0,
    ) -> AiResult:
        """As ``wait``."""
        return await self._engine.run_async(
            _flows.wait(Waiting(self._engine.http, timeout, poll_min, poll_max), key, lease_id, auto_extend, extend_every)
        )

    def extend(
        self,
        key: str,
        lease_id: str,
        ttl: Optional[int] = None,
    ) -> JsonObject:
        """Count the lease's ttl again from now; the last one if ``ttl`` is absent. An ApiError 409 says that the lease is lost."""
        return self._engine.call(leases.extend(key, lease_id, ttl))

    async def extend_async(
        self,
        key: str,
        lease_id: str,
        ttl: Optional[int] = None,
    ) -> JsonObject:
        """As ``extend``."""
        return await self._engine.call_async(leases.extend(key, lease_id, ttl))

    def complete(
        self,
        key: str,
        lease_id: str,
        result: Any = None,
        result_hash: Optional[str] = None,
    ) -> JsonObject:
        """End the lease well, with a result that is kept for 7 days: objects as they are, else ``{"data": value}``."""
        return self._engine.call(leases.complete(key, lease_id, stored(result), result_hash))

    async def complete_async(
        self,
        key: str,
        lease_id: str,
        result: Any = None,
        result_hash: Optional[str] = None,
    ) -> JsonObject:
        """As ``complete``."""
        return await self._engine.call_async(leases.complete(key, lease_id, stored(result), result_hash))

    def fail(
        self,
        key: str,
        lease_id: str,
        error_code: str,
        error_hash: Optional[str] = None,
    ) -> JsonObject:
        """End the lease as failed."""
        return self._engine.call(leases.fail(key, lease_id, error_code, error_hash))

    async def fail_async(
        self,
        key: str,
        lease_id: str,
        error_code: str,
        error_hash: Optional[str] = None,
    ) -> JsonObject:
        """As ``fail``."""
        return await self._engine.call_async(leases.fail(key, lease_id, error_code, error_hash))

    def cancel(
        self,
        key: str,
        lease_id: str,
        reason: Optional[str] = None,
    ) -> JsonObject:
        """End the lease as failed, with the error code ``canceled`` or ``canceled:<reason>``."""
        return self._engine.call(leases.cancel(key, lease_id, reason))

    async def cancel_async(
        self,
        key: str,
        lease_id: str,
        reason: Optional[str] = None,
    ) -> JsonObject:
        """As ``cancel``."""
        return await self._engine.call_async(leases.cancel(key, lease_id, reason))
