"""The synchronous connection pool."""

from __future__ import annotations

import os
import threading
import weakref
from contextlib import suppress
from typing import Any, Dict, Iterable, List, Optional

import httpcore
import httpx

from .._call import Answer, Request
from ._deadlines import OpenStreams, Until, remaining
from ._failures import HTTPCORE_ERRORS, of_httpcore
from ._pooling import ANSWER_BYTES_MAX, pool_arguments, proxy_of, target_url, too_large
from ._surroundings import Surroundings


class SyncPool:
    """Keeps connections open between calls. Safe to use from many threads, and after a fork: a child makes its own connections."""

    def __init__(self, base_url: httpx.URL, around: Surroundings) -> None:
        self._url = base_url
        self._around = around
        self.forget()
        _pools.add(self)

    def forget(self) -> None:
        """Start anew, as a forked child must: the connections are the parent's, and its locks may be held for ever."""
        self._lock = threading.Lock()
        self._streams = OpenStreams()
        self._pool: Optional[httpcore.ConnectionPool] = None
        self._calls = 0

    def send(self, request: Request, timeout: float) -> Answer:
        """Make one attempt; see the package."""
        until = Until(timeout)
        wire = httpcore.Request(
            request.method,
            target_url(self._url, request.target),
            headers=request.headers,
            content=request.content,
            extensions={"timeout": {"connect": until, "read": until, "write": until, "pool": until}},
        )
        pool = self._begin()
        try:
            response = pool.handle_request(wire)
            try:
                body = _body_of(response.iter_stream())
            finally:
                response.close()
        except HTTPCORE_ERRORS as error:
            raise of_httpcore(error)  # noqa: B904 - its cause is set already.
        finally:
            self._end()
        return Answer(response.status, response.headers, body)

    def close(self) -> None:
        """End what is under way. The connections are closed here, or by the last call that still uses one."""
        self._streams.shut_all()
        with self._lock:
            self._calls += 1
        self._end()

    def _begin(self) -> httpcore.ConnectionPool:
        with self._lock:
            if self._pool is None:
                self._pool = _new_pool(self._url, self._around, self._streams)
            self._calls += 1
            return self._pool

    def _end(self) -> None:
        with self._lock:
            self._calls -= 1
            if self._calls > 0 or not self._streams.closed:
                return
            pool, self._pool = self._pool, None
        if pool is not None:
            with suppress(*HTTPCORE_ERRORS):
                pool.close()


def _body_of(chunks: Iterable[bytes]) -> bytes:
    parts: List[bytes] = []
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > ANSWER_BYTES_MAX:
            raise too_large()
        parts.append(chunk)
    return b"".join(parts)


def _new_pool(url: httpx.URL, around: Surroundings, streams: OpenStreams) -> httpcore.ConnectionPool:
    arguments: Dict[str, Any] = {**pool_arguments(url, around), "network_backend": _Backend(streams)}
    proxy = proxy_of(around)
    if proxy is None:
        return httpcore.ConnectionPool(**arguments)
    address, auth, context = proxy
    if address.startswith("socks"):
        return httpcore.SOCKSProxy(address, proxy_auth=auth, **arguments)
    return httpcore.HTTPProxy(address, proxy_auth=auth, proxy_ssl_context=context, **arguments)


class _Backend(httpcore.NetworkBackend):
    """Connects as httpcore does, and keeps each attempt's time."""

    def __init__(self, streams: OpenStreams) -> None:
        self._plain: httpcore.NetworkBackend = httpcore.SyncBackend()
        self._streams = streams

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: Optional[float] = None,
        local_address: Optional[str] = None,
        socket_options: Optional[Iterable[Any]] = None,
    ) -> httpcore.NetworkStream:
        left = remaining(timeout, httpcore.ConnectTimeout)
        return _Stream(self._plain.connect_tcp(host, port, left, local_address, socket_options), self._streams)


class _Stream(httpcore.NetworkStream):
    """One connection; its reads and writes get what is left of their attempt's time."""

    def __init__(self, plain: httpcore.NetworkStream, streams: OpenStreams) -> None:
        self._plain = plain
        self._streams = streams
        streams.add(self)

    def read(self, max_bytes: int, timeout: Optional[float] = None) -> bytes:
        return self._plain.read(max_bytes, remaining(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: Optional[float] = None) -> None:
        self._plain.write(buffer, remaining(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._streams.discard(self)
        self._plain.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: Optional[str] = None, timeout: Optional[float] = None
    ) -> httpcore.NetworkStream:
        secure = self._plain.start_tls(ssl_context, server_hostname, remaining(timeout, httpcore.ConnectTimeout))
        self._streams.discard(self)
        return _Stream(secure, self._streams)

    def get_extra_info(self, info: str) -> Any:
        return self._plain.get_extra_info(info)


_pools: weakref.WeakSet[SyncPool] = weakref.WeakSet()


def _forget_after_fork() -> None:
    for pool in list(_pools):
        pool.forget()


if hasattr(os, "register_at_fork"):  # Not on Windows, which has no fork.
    os.register_at_fork(after_in_child=_forget_after_fork)
