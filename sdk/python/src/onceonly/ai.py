"""``client.ai``: leases, keyed runs, governed tool calls, and functions that run once."""

from __future__ import annotations

from typing import Any, Awaitable, Callable, Mapping, Optional, Union, overload

from . import _flows
from ._flows import Waiting
from ._function import FunctionOptions, run_function
from ._resources import runs
from .errors import OnceOnlyError
from .leases import LeaseCalls
from .results import AiResult, AiRun, AiToolResult

OnLeaseLost = Callable[[OnceOnlyError], Any]


class AiClient(LeaseCalls):
    """Durations are seconds. Each call has a twin ``…_async``. As safe to share as the client itself."""

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
