"""How an attempt gets to the server and its answer back. One method each: ``send(request, timeout)``.

``timeout`` is of the whole attempt, from connecting to the last byte. RequestTimeoutError and NetworkError have the reason as
``__cause__``, one of httpx's errors. ``close`` ends what is under way.
"""

from __future__ import annotations

from typing import Protocol

from .._call import Answer, Request


class SyncTransport(Protocol):
    """For threads; safe to use from many."""

    def send(self, request: Request, timeout: float) -> Answer:
        """Make one attempt."""
        ...

    def close(self) -> None:
        """Close what this transport owns. Harmless when repeated."""
        ...


class AsyncTransport(Protocol):
    """For tasks of asyncio."""

    async def send(self, request: Request, timeout: float) -> Answer:
        """Make one attempt."""
        ...

    async def aclose(self) -> None:
        """Close what this transport owns. Harmless when repeated."""
        ...

    def abandon(self) -> None:
        """End what is under way, from any thread and without waiting."""
        ...
