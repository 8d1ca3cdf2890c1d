"""The connections of threads."""

from __future__ import annotations

import threading
import time
from collections import deque
from contextlib import suppress
from typing import Any, Deque, Iterable, List, Optional

import httpcore
import httpx

from .._call import Answer, Request
from ._deadlines import OpenStreams, Until, noted, remaining
from ._failures import DEAD, HTTPCORE_ERRORS, Place
from ._forking import forgets_after_fork
from ._pooling import ANSWER_BYTES_MAX, SWEEP_SECONDS, Target, is_clean, no_connection_free, too_large
from ._surroundings import Surroundings


class SyncPool:
    """Keeps connections open between calls, ``connections_max`` at most: a stack, of which a call takes the one that was used last.

    A pool of httpcore looks through all its connections under one lock at each request; here, a call touches only its own. Safe to
    use from many threads, and after a fork: a child makes its own connections.
    """

    def __init__(self, base_url: httpx.URL, around: Surroundings, place: Place, connections_max: int) -> None:
        self._target = Target(base_url, around)
        self._place = place
        self._connections_max = connections_max
        self.forget()
        forgets_after_fork(self)

    def forget(self) -> None:
        """Start anew, as a forked child must: the connections are the parent's, and its locks may be held for ever."""
        self._streams = OpenStreams()
        # Whoever holds a permit has one connection; those on the stack were left by who has given its permit back.
        self._permits = threading.Semaphore(self._connections_max)
        self._idle: Deque[httpcore.ConnectionInterface] = deque()
        self._sweep_at = 0.0
        self._maker = httpcore.ConnectionPool(**self._target.arguments(_Backend(self._streams)))

    def send(self, request: Request, timeout: float) -> Answer:
        """Make one attempt; see the package."""
        until = Until(timeout)
        permits = self._permits
        try:
            if not permits.acquire(timeout=timeout):
                raise no_connection_free(self._connections_max)
            try:
                return self._attempt(self._target.wire(request, until), request.again, until)
            finally:
                permits.release()
        except HTTPCORE_ERRORS as error:
            raise self._place.failure_below(error, timeout)  # noqa: B904 - its cause is set already.

    def close(self) -> None:
        """End what is under way; each connection is closed by the call that uses it, or here."""
        self._streams.shut_all()
        self._close_idle()

    def _attempt(self, wire: httpcore.Request, again: bool, until: Until) -> Answer:
        used = self._take()
        if used is not None:
            try:
                return self._exchange(used, wire)
            except DEAD:
                # The server gave the connection up before this request came: a fresh one shows how the server is.
                if until.answered or not again or self._streams.closed:
                    raise
        return self._exchange(self._maker.create_connection(self._target.origin), wire)

    def _exchange(self, connection: httpcore.ConnectionInterface, wire: httpcore.Request) -> Answer:
        try:
            response = connection.handle_request(wire)
            try:
                body = _body_of(response.iter_stream())
            finally:
                response.close()
        except BaseException:
            _close(connection)
            raise
        self._keep(connection)
        return Answer(response.status, response.headers, body)

    def _take(self) -> Optional[httpcore.ConnectionInterface]:
        """A connection that lives, as far as can be seen from here."""
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return None
            if not connection.has_expired():
                return connection
            _close(connection)

    def _keep(self, connection: httpcore.ConnectionInterface) -> None:
        if not connection.is_idle() or not is_clean(connection):
            _close(connection)
            return
        now = time.monotonic()
        if now >= self._sweep_at:
            self._sweep_at = now + SWEEP_SECONDS
            self._sweep()
        self._idle.append(connection)
        if self._streams.closed:
            self._close_idle()

    def _sweep(self) -> None:
        """Close those at the bottom of the stack that have been idle for too long."""
        # Other threads take and keep meanwhile, so what is seen may be gone, and only who removes a connection may close it.
        with suppress(IndexError, ValueError):
            while (oldest := self._idle[0]).has_expired():
                self._idle.remove(oldest)
                _close(oldest)

    def _close_idle(self) -> None:
        with suppress(IndexError):
            while True:
                _close(self._idle.pop())


def _close(connection: httpcore.ConnectionInterface) -> None:
    with suppress(*HTTPCORE_ERRORS):
        connection.close()


def _body_of(chunks: Iterable[bytes]) -> bytes:
    parts: List[bytes] = []
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > ANSWER_BYTES_MAX:
            raise too_large()
        parts.append(chunk)
    return b"".join(parts)


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
    """One connection; its reads and writes get what is left of their attempt's time.

    What is written goes out when it is time to read: head and body of a request in one packet.
    """

    def __init__(self, plain: httpcore.NetworkStream, streams: OpenStreams) -> None:
        self._plain = plain
        self._streams = streams
        self._written = b""
        streams.add(self)

    def read(self, max_bytes: int, timeout: Optional[float] = None) -> bytes:
        if self._written:
            written, self._written = self._written, b""
            # A server may answer before it has read all, and close: then there is something to read all the same.
            with suppress(httpcore.WriteError):
                self._plain.write(written, remaining(timeout, httpcore.WriteTimeout))
        return noted(timeout, self._plain.read(max_bytes, remaining(timeout, httpcore.ReadTimeout)))

    def write(self, buffer: bytes, timeout: Optional[float] = None) -> None:
        self._written += buffer

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
