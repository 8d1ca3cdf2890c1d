"""The lease under which a function runs, as that function sees it."""

from __future__ import annotations

import math
import threading
import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Callable, Dict, Generator, Optional

from .errors import LeaseLostError, OnceOnlyError

EXPIRED = "lease_expired"


class Lease:
    """The lease of the running function. Safe to use from any thread; hand it to threads that the function starts.

    ``fence`` grows from owner to owner: send it with every effect, so that a receiver can refuse a former owner.
    """

    def __init__(self, key: str, lease_id: str, fence: Optional[int]) -> None:
        self.key = key
        self.lease_id = lease_id
        self.fence = fence
        #: When the lease ends unless it is extended, by the monotonic clock. The client sets it.
        self.end = math.inf
        #: Whether the function has ended and its end is being recorded: what an extend is told then is no news for it.
        self.ending = False
        self._lost = threading.Event()
        self._reason: Optional[OnceOnlyError] = None
        self._when_lost: Optional[Callable[[], object]] = None
        self._lock = threading.Lock()

    @property
    def lost(self) -> bool:
        """Whether another owns the key by now, somebody has ended the lease, or its time has passed. Never goes back to False."""
        # The clock is asked here: the thread that extends the lease may have slept as long as everything else.
        if not self._lost.is_set() and time.monotonic() >= self.end:
            with self._lock:
                if not self._lost.is_set() and time.monotonic() >= self.end:
                    self._reason = lease_expired(self.key)
                    self._lost.set()
        return self._lost.is_set()

    @property
    def expired(self) -> bool:
        """Whether it is the clock alone by which the lease is lost: nobody has said that another owns the key."""
        return self.lost and self._reason is not None and self._reason.code == EXPIRED

    def wait_lost(self, timeout: float) -> bool:
        """Sleep for ``timeout`` seconds, or until the lease is lost; answers whether it is."""
        until = time.monotonic() + timeout
        while not self.lost:
            now = time.monotonic()
            if now >= until:
                return False
            self._lost.wait(max(0.0, min(until, self.end) - now))
        return True

    def raise_if_lost(self) -> None:
        """Raise LeaseLostError if the lease is lost. A long function calls this between its steps."""
        if self.lost:
            raise self.lost_error()

    def extended(self, end: float) -> None:
        """Count to a new end. The client calls this; a lease that is lost stays so."""
        with self._lock:
            if not self._lost.is_set():
                self.end = end

    def lost_error(self, ran: bool = False, result: Any = None) -> LeaseLostError:
        """The error that says so. The client calls this with what the function has returned, if it has."""
        return lease_lost(self.key, self._reason, ran, result)

    def lose(self, reason: OnceOnlyError) -> None:
        """Mark the lease as lost. The client calls this; a function has no need to."""
        with self._lock:
            self._reason = reason
            self._lost.set()
        if self._when_lost is not None:
            self._when_lost()

    def when_lost(self, stop: Callable[[], object]) -> None:
        """Have ``stop`` called when the lease is lost, on the thread that notices. The client calls this."""
        self._when_lost = stop

    def __repr__(self) -> str:
        return f"Lease(key={self.key!r}, lease_id={self.lease_id!r}, fence={self.fence}, lost={self.lost})"


def lease_lost(key: str, reason: Optional[OnceOnlyError], ran: bool = False, result: Any = None) -> LeaseLostError:
    """The error that says so, with the server's answer as its cause."""
    lost = f"the lease of {key!r} is lost"
    if isinstance(reason, LeaseLostError):
        lost = reason.message
    elif reason is not None:
        lost = f"{lost}: {reason.message}"
    error = LeaseLostError(lost, **told_by(reason))
    error.ran = ran
    error.result = result
    error.__cause__ = reason
    return error


def lease_expired(key: str) -> LeaseLostError:
    """The error for a lease that nobody has taken away, but whose time has passed without an extend."""
    return LeaseLostError(f"the lease of {key!r} is lost: its time has passed, and it could not be extended", code=EXPIRED)


def told_by(reason: Optional[OnceOnlyError]) -> Dict[str, Any]:
    """The fields of an error that another one takes over."""
    if reason is None:
        return {}
    return {name: getattr(reason, name) for name in ("status_code", "code", "detail", "request_id")}


_current: ContextVar[Lease] = ContextVar("onceonly_lease")


def current_lease() -> Lease:
    """The lease under which this code runs: that of the innermost ``ai.run_fn`` or ``@idempotent_ai`` function around it.

    LookupError outside of such a function, and in threads that it has started itself (pass the lease to them).
    """
    lease = _current.get(None)
    if lease is None:
        raise LookupError("no lease here: current_lease() works inside a function that ai.run_fn or @idempotent_ai runs")
    return lease


@contextmanager
def holding(lease: Lease) -> Generator[None, None, None]:
    """Make ``lease`` the current one for a block."""
    token = _current.set(lease)
    try:
        yield
    finally:
        _current.reset(token)
