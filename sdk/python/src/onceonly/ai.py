"""``client.ai``: leases, keyed runs, governed tool calls, and functions that run once."""

from __future__ import annotations

from typing import Any, Mapping, Optional, Union, cast, overload

from . import _flows
from ._call import Call
from ._flows import Waiting
from ._options import Seconds
from ._resources import runs
from ._resources._shapes import Ttl
from .functions import FunctionCalls
from .leases import LeaseCalls
from .results import AiResult, AiRun, AiToolResult


class AiClient(LeaseCalls, FunctionCalls):
    """Durations are seconds. Each call has a twin ``…_async``. As safe to share as the client itself."""

    @overload
    def run(
        self,
        key: str,
        ttl: Ttl = None,
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
        ttl: Ttl = None,
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
        ttl: Ttl = None,
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
        ttl: Ttl = None,
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
        ttl: Ttl = None,
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
        ttl: Ttl = None,
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

    @overload
    def run_and_wait(
        self,
        key: str,
        ttl: Ttl = None,
        metadata: Any = None,
        *,
        run_id: Optional[str] = None,
        timeout: Seconds = 60.0,
        poll_min: Seconds = 0.5,
        poll_max: Seconds = 5.0,
        fingerprint: Optional[str] = None,
        retry_failed: bool = False,
        auto_extend: bool = True,
        extend_every: Seconds = 30.0,
    ) -> AiResult: ...

    @overload
    def run_and_wait(
        self,
        *,
        agent_id: str,
        tool: str,
        args: Optional[Mapping[str, Any]] = None,
        spend_usd: Optional[float] = None,
        run_id: Optional[str] = None,
    ) -> AiToolResult: ...

    @overload
    def run_and_wait(
        self,
        key: Optional[str] = None,
        ttl: Ttl = None,
        metadata: Any = None,
        *,
        agent_id: Optional[str] = None,
        tool: Optional[str] = None,
        args: Optional[Mapping[str, Any]] = None,
        spend_usd: Optional[float] = None,
        run_id: Optional[str] = None,
        timeout: Seconds = 60.0,
        poll_min: Seconds = 0.5,
        poll_max: Seconds = 5.0,
        fingerprint: Optional[str] = None,
        retry_failed: bool = False,
        auto_extend: bool = True,
        extend_every: Seconds = 30.0,
    ) -> Union[AiResult, AiToolResult]: ...

    def run_and_wait(
        self,
        key: Optional[str] = None,
        ttl: Ttl = None,
        metadata: Any = None,
        *,
        agent_id: Optional[str] = None,
        tool: Optional[str] = None,
        args: Optional[Mapping[str, Any]] = None,
        spend_usd: Optional[float] = None,
        run_id: Optional[str] = None,
        timeout: Seconds = 60.0,
        poll_min: Seconds = 0.5,
        poll_max: Seconds = 5.0,
        fingerprint: Optional[str] = None,
        retry_failed: bool = False,
        auto_extend: bool = True,
        extend_every: Seconds = 30.0,
    ) -> Union[AiResult, AiToolResult]:
        """Start or join the run of ``key`` and wait for its end, ``timeout`` in all.

        When the time is over: ``ok`` False, ``error_code`` ``timeout``; the run goes on. When nobody works on the key any more: ``status``
        ``not_found``; nothing is started again. With ``agent_id`` and ``tool`` it is a governed call, as ``run`` makes it.
        """
        if key is None or agent_id is not None or tool is not None:
            call = runs.either(key, ttl, metadata, agent_id, tool, args, spend_usd, run_id, fingerprint, retry_failed)
            return self._engine.call(cast("Call[AiToolResult]", call))
        waiting = Waiting(self._engine.http, timeout, poll_min, poll_max)
        return self._engine.run(
            _flows.run_and_wait(
                self._engine.http,
                waiting,
                key,
                ttl,
                metadata,
                run_id,
                fingerprint,
                retry_failed,
                auto_extend,
                extend_every,
            )
        )

    @overload
    async def run_and_wait_async(
        self,
        key: str,
        ttl: Ttl = None,
        metadata: Any = None,
        *,
        run_id: Optional[str] = None,
        timeout: Seconds = 60.0,
        poll_min: Seconds = 0.5,
        poll_max: Seconds = 5.0,
        fingerprint: Optional[str] = None,
        retry_failed: bool = False,
        auto_extend: bool = True,
        extend_every: Seconds = 30.0,
    ) -> AiResult: ...

    @overload
    async def run_and_wait_async(
        self,
        *,
        agent_id: str,
        tool: str,
        args: Optional[Mapping[str, Any]] = None,
        spend_usd: Optional[float] = None,
        run_id: Optional[str] = None,
    ) -> AiToolResult: ...

    @overload
    async def run_and_wait_async(
        self,
        key: Optional[str] = None,
        ttl: Ttl = None,
        metadata: Any = None,
        *,
        agent_id: Optional[str] = None,
        tool: Optional[str] = None,
        args: Optional[Mapping[str, Any]] = None,
        spend_usd: Optional[float] = None,
        run_id: Optional[str] = None,
        timeout: Seconds = 60.0,
        poll_min: Seconds = 0.5,
        poll_max: Seconds = 5.0,
        fingerprint: Optional[str] = None,
        retry_failed: bool = False,
        auto_extend: bool = True,
        extend_every: Seconds = 30.0,
    ) -> Union[AiResult, AiToolResult]: ...

    async def run_and_wait_async(
        self,
        key: Optional[str] = None,
        ttl: Ttl = None,
        metadata: Any = None,
        *,
        agent_id: Optional[str] = None,
        tool: Optional[str] = None,
        args: Optional[Mapping[str, Any]] = None,
        spend_usd: Optional[float] = None,
        run_id: Optional[str] = None,
        timeout: Seconds = 60.0,
        poll_min: Seconds = 0.5,
        poll_max: Seconds = 5.0,
        fingerprint: Optional[str] = None,
        retry_failed: bool = False,
        auto_extend: bool = True,
        extend_every: Seconds = 30.0,
    ) -> Union[AiResult, AiToolResult]:
        """As ``run_and_wait``."""
        if key is None or agent_id is not None or tool is not None:
            call = runs.either(key, ttl, metadata, agent_id, tool, args, spend_usd, run_id, fingerprint, retry_failed)
            return await self._engine.call_async(cast("Call[AiToolResult]", call))
        waiting = Waiting(self._engine.http, timeout, poll_min, poll_max)
        return await self._engine.run_async(
            _flows.run_and_wait(
                self._engine.http,
                waiting,
                key,
                ttl,
                metadata,
                run_id,
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
