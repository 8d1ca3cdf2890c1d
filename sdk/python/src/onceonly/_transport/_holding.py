"""Which part of a client's connections may wait for the server.

The server holds a request with ``wait`` for up to half a minute. If waiters could take all connections, no heartbeat, no outcome and no
lock would get through. So they get half of them; who finds none of these free asks without ``wait``, and pauses by itself.
"""

from __future__ import annotations

import threading

from .._call import Answer, Request
from .._options import Options
from . import AsyncTransport, SyncTransport
from ._forking import forgets_after_fork


class _Holding:
    """So many requests may be held at once: half of the connections, and never the last one."""

    def __init__(self, options: Options) -> None:
        self._timeout = options.timeout
        self._most = options.max_connections // 2
        self.forget()
        forgets_after_fork(self)

    def forget(self) -> None:
        """Start anew, as a forked child must."""
        self._free = threading.Semaphore(self._most)


class SyncHolding(_Holding):
    """A transport for threads that keeps to this."""

    def __init__(self, transport: SyncTransport, options: Options) -> None:
        super().__init__(options)
        self.transport = transport

    def send(self, request: Request, timeout: float) -> Answer:
        """Make one attempt."""
        if request.unheld is None:
            return self.transport.send(request, timeout)
        free = self._free
        if not free.acquire(blocking=False):
            return self.transport.send(request.unheld, min(timeout, self._timeout))
        try:
            return self.transport.send(request, timeout)
        finally:
            free.release()

    def close(self) -> None:
        """Close the transport."""
        self.transport.close()


class AsyncHolding(_Holding):
    """A transport for tasks that keeps to this."""

    def __init__(self, transport: AsyncTransport, options: Options) -> None:
        super().__init__(options)
        self.transport = transport

    async def send(self, request: Request, timeout: float) -> Answer:
        """Make one attempt."""
        if request.unheld is None:
            return await self.transport.send(request, timeout)
        free = self._free
        if not free.acquire(blocking=False):
            return await self.transport.send(request.unheld, min(timeout, self._timeout))
        try:
            return await self.transport.send(request, timeout)
        finally:
            free.release()

    async def aclose(self) -> None:
        """Close the transport."""
        await self.transport.aclose()

    def abandon(self) -> None:
        """End what is under way."""
        self.transport.abandon()
