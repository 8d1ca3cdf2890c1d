"""The low-level calls of ``client.ai``: a lease's life, its state and its result."""

from __future__ import annotations

from typing import Any, Optional, Type, TypeVar, overload

from . import _flows
from ._engine import Engine
from ._flows import Waiting
from ._options import Seconds
from ._resources import leases
from ._resources._shapes import Ttl
from ._values import stored
from .results import AiResult, AiStatus, JsonObject

M = TypeVar("M")


class LeaseCalls:
    """The calls about leases, which `AiClient` offers as its own. Each has a twin ``…_async``; durations are seconds."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def lease(
        self,
        key: str,
        ttl: Ttl = None,
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
        ttl: Ttl = None,
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

    @overload
    def result(
        self,
        key: str,
        wait: Optional[float] = None,
        *,
        model: Type[M],
    ) -> AiResult[M]: ...

    @overload
    def result(
        self,
        key: str,
        wait: Optional[float] = None,
        model: None = None,
    ) -> AiResult: ...

    def result(
        self,
        key: str,
        wait: Optional[float] = None,
        model: Optional[Type[Any]] = None,
    ) -> AiResult[Any]:
        """How the key's work ended. With ``wait`` (0 to 60) the server answers when it ends, or after that long.

        ``value`` is the result as ``model``, a Pydantic model or a dataclass; ProtocolError when it is none.
        """
        return self._engine.call(leases.result(key, wait, model))

    @overload
    async def result_async(
        self,
        key: str,
        wait: Optional[float] = None,
        *,
        model: Type[M],
    ) -> AiResult[M]: ...

    @overload
    async def result_async(
        self,
        key: str,
        wait: Optional[float] = None,
        model: None = None,
    ) -> AiResult: ...

    async def result_async(
        self,
        key: str,
        wait: Optional[float] = None,
        model: Optional[Type[Any]] = None,
    ) -> AiResult[Any]:
        """As ``result``."""
        return await self._engine.call_async(leases.result(key, wait, model))

    def wait(
        self,
        key: str,
        timeout: Seconds = 60.0,
        poll_min: Seconds = 0.5,
        poll_max: Seconds = 5.0,
        lease_id: Optional[str] = None,
        auto_extend: bool = True,
        extend_every: Seconds = 30.0,
        ttl: Ttl = None,
    ) -> AiResult:
        """Wait until the key's work has ended. When ``timeout`` has passed: ``ok`` False, ``error_code`` ``timeout``; the work goes on.

        Give ``lease_id`` only as the lease's owner: it is then extended while waiting, by ``ttl`` if that is given.
        """
        return self._engine.run(
            _flows.wait(Waiting(self._engine.http, timeout, poll_min, poll_max), key, lease_id, auto_extend, extend_every, ttl)
        )

    async def wait_async(
        self,
        key: str,
        timeout: Seconds = 60.0,
        poll_min: Seconds = 0.5,
        poll_max: Seconds = 5.0,
        lease_id: Optional[str] = None,
        auto_extend: bool = True,
        extend_every: Seconds = 30.0,
        ttl: Ttl = None,
    ) -> AiResult:
        """As ``wait``."""
        return await self._engine.run_async(
            _flows.wait(Waiting(self._engine.http, timeout, poll_min, poll_max), key, lease_id, auto_extend, extend_every, ttl)
        )

    def extend(
        self,
        key: str,
        lease_id: str,
        ttl: Ttl = None,
    ) -> JsonObject:
        """Count the lease's ttl again from now; the last one if ``ttl`` is absent. An ApiError 409 says that the lease is lost."""
        return self._engine.call(leases.extend(key, lease_id, ttl))

    async def extend_async(
        self,
        key: str,
        lease_id: str,
        ttl: Ttl = None,
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
