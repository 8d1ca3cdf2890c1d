"""The connections of tasks."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections import deque
from contextlib import suppress
from typing import Any, AsyncIterable, Deque, Dict, Iterable, List, Optional, cast

import httpcore
import httpx

from .._call import Answer, Request
from ._deadlines import OpenStreams, Until, noted, remaining
from ._failures import DEAD, HTTPCORE_ERRORS, Place
from ._forking import forgets_after_fork
from ._pooling import ANSWER_BYTES_MAX, SWEEP_SECONDS, Target, is_clean, no_connection_free, too_large
from ._surroundings import Surroundings


class AsyncPool:
    """Keeps connections open between calls. Connections belong to their event loop, so each loop has a stack of its own."""

    def __init__(self, base_url: httpx.URL, around: Surroundings, place: Place, connections_max: int) -> None:
        self._target = Target(base_url, around)
        self._place = place
        self._connections_max = connections_max
        self.forget()
        forgets_after_fork(self)

    def forget(self) -> None:
        """Start anew, as a forked child must, also in a loop that it has taken over: the connections are the parent's."""
        self._streams = OpenStreams()
        self._lock = threading.Lock()
        self._stacks: Dict[asyncio.AbstractEventLoop, _Stack] = {}

    async def send(self, request: Request, timeout: float) -> Answer:
        """Make one attempt; see the package."""
        until = Until(timeout)
        try:
            return await self._stack().send(self._target.wire(request, until), request.again, until)
        except HTTPCORE_ERRORS as error:
            raise self._place.failure_below(error, timeout)  # noqa: B904 - its cause is set already.

    async def aclose(self) -> None:
        """End what is under way and close this loop's connections."""
        self.abandon()
        with self._lock:
            stack = self._stacks.pop(asyncio.get_running_loop(), None)
        if stack is not None:
            await stack.close_idle()

    def abandon(self) -> None:
        """End what is under way, from any thread."""
        self._streams.shut_all()

    def _stack(self) -> _Stack:
        loop = asyncio.get_running_loop()
        stack = self._stacks.get(loop)
        if stack is None:
            with self._lock:
                # Connections hold their loop, so one that has ended would stay for as long as this client.
                for stream in self._streams.all():
                    stream.close_after_loop()
                for ended in [one for one in self._stacks if one.is_closed()]:
                    del self._stacks[ended]
                stack = self._stacks[loop] = _Stack(self._target, self._streams, self._connections_max)
        return stack


class _Stack:
    """The connections of one event loop, ``connections_max`` at most; a call takes the one that was used last."""

    def __init__(self, target: Target, streams: OpenStreams, connections_max: int) -> None:
        self._origin = target.origin
        self._streams = streams
        self._permits = _Permits(connections_max)
        self._idle: Deque[httpcore.AsyncConnectionInterface] = deque()
        self._sweep_at = 0.0
        self._maker = httpcore.AsyncConnectionPool(**target.arguments(_Backend(streams)))

    async def send(self, wire: httpcore.Request, again: bool, until: Until) -> Answer:
        """Make one attempt."""
        await self._permits.acquire(until)
        try:
            used = await self._take()
            if used is not None:
                try:
                    return await self._exchange(used, wire)
                except DEAD:
                    # The server gave the connection up before this request came: a fresh one shows how the server is.
                    if until.answered or not again or self._streams.closed:
                        raise
            return await self._exchange(self._maker.create_connection(self._origin), wire)
        finally:
            self._permits.release()

    async def close_idle(self) -> None:
        """Close those that nobody uses."""
        while self._idle:
            await _close(self._idle.pop())

    async def _exchange(self, connection: httpcore.AsyncConnectionInterface, wire: httpcore.Request) -> Answer:
        try:
            response = await connection.handle_async_request(wire)
            try:
                body = await _body_of(response.aiter_stream())
            finally:
                await response.aclose()
        except BaseException:
            await _close(connection)
            raise
        await self._keep(connection)
        return Answer(response.status, response.headers, body)

    async def _take(self) -> Optional[httpcore.AsyncConnectionInterface]:
        """A connection that lives, as far as can be seen from here."""
        while self._idle:
            connection = self._idle.pop()
            if not connection.has_expired():
                return connection
            await _close(connection)
        return None

    async def _keep(self, connection: httpcore.AsyncConnectionInterface) -> None:
        if self._streams.closed or not connection.is_idle() or not is_clean(connection):
            await _close(connection)
            return
        self._idle.append(connection)
        now = time.monotonic()
        if now >= self._sweep_at:
            self._sweep_at = now + SWEEP_SECONDS
            # Those at the bottom of the stack may have been idle for too long.
            while self._idle and self._idle[0].has_expired():
                await _close(self._idle.popleft())


class _Permits:
    """So many callers at once, the others one after the other. A caller that is cancelled or late takes nobody's turn."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._free = count
        self._waiting: Deque[asyncio.Future[None]] = deque()

    async def acquire(self, timeout: float) -> None:
        """Wait for a turn, ``timeout`` seconds at most; PoolTimeout then."""
        if self._free > 0:
            self._free -= 1
            return
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[None] = loop.create_future()
        self._waiting.append(turn)
        timer = loop.call_later(timeout, _end, turn, no_connection_free(self._count))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self.release()  # The turn came together with the cancellation.
            raise
        finally:
            timer.cancel()

    def release(self) -> None:
        """Give the turn to the next one who still waits."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1


def _end(turn: asyncio.Future[None], error: Exception) -> None:
    if not turn.done():
        turn.set_exception(error)


async def _close(connection: httpcore.AsyncConnectionInterface) -> None:
    with suppress(*HTTPCORE_ERRORS):
        await connection.aclose()


async def _body_of(chunks: AsyncIterable[bytes]) -> bytes:
    parts: List[bytes] = []
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        if size > ANSWER_BYTES_MAX:
            raise too_large()
        parts.append(chunk)
    return b"".join(parts)


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
    """One connection; its reads and writes get what is left of their attempt's time.

    What is written goes out when it is time to read: head and body of a request in one packet.
    """

    def __init__(self, plain: httpcore.AsyncNetworkStream, streams: OpenStreams) -> None:
        self._plain = plain
        self._streams = streams
        self._loop = asyncio.get_running_loop()
        self._written = b""
        streams.add(self)

    async def read(self, max_bytes: int, timeout: Optional[float] = None) -> bytes:
        if self._written:
            written, self._written = self._written, b""
            # A server may answer before it has read all, and close: then there is something to read all the same.
            with suppress(httpcore.WriteError):
                await self._plain.write(written, remaining(timeout, httpcore.WriteTimeout))
        return noted(timeout, await self._plain.read(max_bytes, remaining(timeout, httpcore.ReadTimeout)))

    async def write(self, buffer: bytes, timeout: Optional[float] = None) -> None:
        self._written += buffer

    async def aclose(self) -> None:
        self._streams.discard(self)
        await self._plain.aclose()

    def close_after_loop(self) -> None:
        """Close the socket if the event loop has ended, which leaves that to the garbage collector."""
        if self._loop.is_closed():
            self._streams.discard(self)
            sock = getattr(self.get_extra_info("socket"), "_sock", None)  # Other loops than asyncio's own close theirs.
            if isinstance(sock, socket.socket):
                sock.close()

    async def start_tls(
        self, ssl_context: Any, server_hostname: Optional[str] = None, timeout: Optional[float] = None
    ) -> httpcore.AsyncNetworkStream:
        secure = await self._plain.start_tls(ssl_context, server_hostname, remaining(timeout, httpcore.ConnectTimeout))
        self._streams.discard(self)
        return _Stream(secure, self._streams)

    def get_extra_info(self, info: str) -> Any:
        return self._plain.get_extra_info(info)
