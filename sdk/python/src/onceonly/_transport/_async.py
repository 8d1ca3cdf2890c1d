"""The asynchronous connection pool."""

from __future__ import annotations

import asyncio
import weakref
from contextlib import suppress
from typing import Any, AsyncIterable, Dict, Iterable, List, Optional, cast

import httpcore
import httpx

from .._call import Answer, Request
from ._deadlines import OpenStreams, Until, remaining
from ._failures import HTTPCORE_ERRORS, of_httpcore
from ._pooling import ANSWER_BYTES_MAX, pool_arguments, proxy_of, target_url, too_large
from ._surroundings import Surroundings


class AsyncPool:
    """Keeps connections open between calls. Connections belong to their event loop, so each loop has a pool of its own."""

    def __init__(self, base_url: httpx.URL, around: Surroundings) -> None:
        self._url = base_url
        self._around = around
        self._streams = OpenStreams()
        self._pools: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, httpcore.AsyncConnectionPool] = (
            weakref.WeakKeyDictionary()
        )

    async def send(self, request: Request, timeout: float) -> Answer:
        """Make one attempt; see the package."""
        until = Until(timeout)
        wire = httpcore.Request(
            request.method,
            target_url(self._url, request.target),
            headers=request.headers,
            content=request.content,
            extensions={"timeout": {"connect": until, "read": until, "write": until, "pool": until}},
        )
        try:
            response = await self._pool().handle_async_request(wire)
            try:
                body = await _body_of(response.aiter_stream())
            finally:
                await response.aclose()
        except HTTPCORE_ERRORS as error:
            raise of_httpcore(error)  # noqa: B904 - its cause is set already.
        return Answer(response.status, response.headers, body)

    async def aclose(self) -> None:
        """End what is under way and close this loop's connections."""
        self.abandon()
        pool = self._pools.pop(asyncio.get_running_loop(), None)
        if pool is not None:
            with suppress(*HTTPCORE_ERRORS):
                await pool.aclose()

    def abandon(self) -> None:
        """End what is under way, from any thread."""
        self._streams.shut_all()

    def _pool(self) -> httpcore.AsyncConnectionPool:
        loop = asyncio.get_running_loop()
        pool = self._pools.get(loop)
        if pool is None:
            pool = self._pools[loop] = _new_pool(self._url, self._around, self._streams)
        return pool


async def _body_of(chunks: AsyncIterable[bytes]) -> bytes:
    parts: List[bytes] = []
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        if size > ANSWER_BYTES_MAX:
            raise too_large()
        parts.append(chunk)
    return b"".join(parts)


def _new_pool(url: httpx.URL, around: Surroundings, streams: OpenStreams) -> httpcore.AsyncConnectionPool:
    arguments: Dict[str, Any] = {**pool_arguments(url, around), "network_backend": _Backend(streams)}
    proxy = proxy_of(around)
    if proxy is None:
        return httpcore.AsyncConnectionPool(**arguments)
    address, auth, context = proxy
    if address.startswith("socks"):
        return httpcore.AsyncSOCKSProxy(address, proxy_auth=auth, **arguments)
    return httpcore.AsyncHTTPProxy(address, proxy_auth=auth, proxy_ssl_context=context, **arguments)


class _Backend(httpcore.AsyncNetworkBackend):
    """Connects as httpcore does, and keeps each attempt's time."""

    def __init__(self, streams: OpenStreams) -> None:
        self._plain = cast(httpcore.AsyncNetworkBackend, httpcore.AnyIOBackend())
        self._streams = streams

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: Optional[float] = None,
        local_address: Optional[str] = None,
        socket_options: Optional[Iterable[Any]] = None,
    ) -> httpcore.AsyncNetworkStream:
        left = remaining(timeout, httpcore.ConnectTimeout)
        return _Stream(await self._plain.connect_tcp(host, port, left, local_address, socket_options), self._streams)


class _Stream(httpcore.AsyncNetworkStream):
    """One connection; its reads and writes get what is left of their attempt's time."""

    def __init__(self, plain: httpcore.AsyncNetworkStream, streams: OpenStreams) -> None:
        self._plain = plain
        self._streams = streams
        streams.add(self)

    async def read(self, max_bytes: int, timeout: Optional[float] = None) -> bytes:
        return await self._plain.read(max_bytes, remaining(timeout, httpcore.ReadTimeout))

    async def write(self, buffer: bytes, timeout: Optional[float] = None) -> None:
        await self._plain.write(buffer, remaining(timeout, httpcore.WriteTimeout))

    async def aclose(self) -> None:
        self._streams.discard(self)
        await self._plain.aclose()

    async def start_tls(
        self, ssl_context: Any, server_hostname: Optional[str] = None, timeout: Optional[float] = None
    ) -> httpcore.AsyncNetworkStream:
        secure = await self._plain.start_tls(ssl_context, server_hostname, remaining(timeout, httpcore.ConnectTimeout))
        self._streams.discard(self)
        return _Stream(secure, self._streams)

    def get_extra_info(self, info: str) -> Any:
        return self._plain.get_extra_info(info)
