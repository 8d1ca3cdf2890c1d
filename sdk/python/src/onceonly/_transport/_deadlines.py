"""A time limit for a whole attempt, where httpx knows only one for each single read and write.

The engine hands its timeouts to the network streams untouched. So an ``Until``, which is a number and also carries the instant at which the
attempt ends, lets the streams below turn it into what is left at each step: a server that sends a byte now and then gains nothing.
"""

from __future__ import annotations

import threading
import time
import weakref
from contextlib import suppress
from typing import Any, List, Type

import httpcore


class Until(float):
    """Seconds from now, the instant of the monotonic clock at which they end, and whether a byte of an answer has come meanwhile."""

    __slots__ = ("answered", "end")

    end: float
    answered: bool

    def __new__(cls, seconds: float) -> Until:
        made = super().__new__(cls, seconds)
        made.end = time.monotonic() + seconds
        made.answered = False
        return made


def remaining(timeout: Any, expired: Type[httpcore.TimeoutException]) -> Any:
    """What is left of ``timeout``; raises ``expired`` when nothing is."""
    if type(timeout) is not Until:
        return timeout
    left = timeout.end - time.monotonic()
    if left <= 0:
        raise expired("timed out")
    return left


def noted(timeout: Any, data: bytes) -> bytes:
    """``data`` as it was read; that there is any is noted in the attempt's time."""
    if data and type(timeout) is Until:
        timeout.answered = True
    return data


class OpenStreams:
    """The connections of one client, so that closing it can end calls that are waiting for an answer. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # Weak, because an event loop that ends takes its connections with it without closing them.
        self._streams: weakref.WeakSet[Any] = weakref.WeakSet()
        self.closed = False

    def add(self, stream: Any) -> None:
        """Remember a stream; one that comes after the end is ended at once."""
        with self._lock:
            self._streams.add(stream)
            if self.closed:
                _shut(stream)

    def discard(self, stream: Any) -> None:
        """Forget a stream that is about to be closed."""
        with self._lock:
            self._streams.discard(stream)

    def all(self) -> List[Any]:
        """Those that are open."""
        with self._lock:
            return list(self._streams)

    def shut_all(self) -> None:
        """End all of them: whoever reads sees the end of the stream, on whichever thread.

        They are not closed here. The number of a closed socket goes to the next one that is opened, and a thread that still waits for the old
        one would wait for, or even read, the new one.
        """
        # Under the lock, so that no stream is closed, and its number given away, in between.
        with self._lock:
            self.closed = True
            for stream in list(self._streams):
                _shut(stream)


def _shut(stream: Any) -> None:
    sock = stream.get_extra_info("socket")
    if sock is not None:
        with suppress(OSError):
            sock.shutdown(2)  # socket.SHUT_RDWR; closing alone would not wake a reader.
