"""Calls that are more than one exchange: a lock that may fail open, waiting, and keyed runs that are waited for."""

from __future__ import annotations

import logging
import math
import time
from typing import Any, Optional, TypeVar

from ._call import Call, Flow, Pause
from ._http import RETRIED, Http
from ._options import Seconds, seconds
from ._resources import leases, runs
from ._resources._shapes import Ttl
from .errors import ApiError, NetworkError, OnceOnlyError, RequestTimeoutError
from .results import AiResult

T = TypeVar("T")

WAIT_MAX = 30.0  # Seconds for which one status request may be held.
PAUSE_MIN = 0.05  # Seconds between two questions, also where poll_min is 0: nobody asks as fast as the server answers.
GONE = "not_found"
logger = logging.getLogger("onceonly")


class Waiting:
    """How long to wait for a key, and how. Durations are seconds; the clock starts when this is made."""

    def __init__(self, http: Http, timeout: Seconds, poll_min: Seconds, poll_max: Seconds) -> None:
        limit = seconds("timeout", timeout)
        if http.options.deadline is not None:
            limit = min(limit, http.options.deadline)
        self.http = http
        self.end = time.monotonic() + limit
        self.poll_min = seconds("poll_min", poll_min)
        self.poll_max = max(seconds("poll_max", poll_max), self.poll_min)

    def left(self) -> float:
        """Seconds until the end, 0 at the least."""
        return max(0.0, self.end - time.monotonic())

    def pause(self, asked: Optional[float]) -> float:
        """The pause before the next question; a server may ask for one."""
        number = asked if isinstance(asked, (int, float)) and not isinstance(asked, bool) else 0.0
        return min(self.left(), max(self.poll_min, PAUSE_MIN, min(self.poll_max, number)))


def wait(
    waiting: Waiting,
    key: str,
    lease_id: Optional[str],
    auto_extend: bool,
    extend_every: Seconds,
    ttl: Ttl = None,
    *,
    gone_ends: bool = False,
    model: Any = None,
) -> Flow[AiResult[Any]]:
    """Wait until ``key`` is completed or failed. At the end of the time: a local ``timeout``; the work goes on.

    With ``gone_ends``, ``not_found`` is an end too: nobody works on the key.
    """
    http = waiting.http
    every = seconds("extend_every", extend_every, above=True)
    held = lease_id if auto_extend else None
    extend_at = time.monotonic() + every if held is not None else math.inf
    ask_at = 0.0
    finished = False
    while True:
        now = time.monotonic()
        if held is not None and now >= extend_at:
            extend_at = now + every
            yield from _extend_quietly(http, leases.extend(key, held, ttl))
            continue
        if now < ask_at:
            yield Pause(min(ask_at, extend_at) - now)
            continue
        ask = min(waiting.left(), WAIT_MAX, extend_at - now)
        lost = False
        try:
            if finished:
                return (yield from http.exchange(leases.result(key, None, model), retries=0))
            state = yield from http.exchange(leases.status(key, ask), retries=0)
            if gone_ends and state.status == GONE:
                return AiResult(ok=False, status=GONE, key=key, error_code=GONE, raw=state.raw)
            finished = state.status in ("completed", "failed")
            # An answer before its time about a key in progress comes from a server that does not know how to wait.
            if not finished and time.monotonic() - now < 0.9 * ask:
                ask_at = time.monotonic() + waiting.pause(state.retry_after_sec)
        except (NetworkError, ApiError) as error:
            if not _passes(error):
                raise
            ask_at = time.monotonic() + waiting.pause(error.retry_after_sec)
            lost = True
        if waiting.left() <= 0 and (lost or not finished):
            return timed_out(key)


def run_and_wait(
    http: Http,
    waiting: Waiting,
    key: str,
    ttl: Ttl,
    metadata: Any,
    run_id: Optional[str],
    fingerprint: Optional[str],
    retry_failed: bool,
    auto_extend: bool,
    extend_every: Seconds,
) -> Flow[AiResult[Any]]:
    """Start or join a keyed run and wait for its end. When nobody works on it any more, that is its end: nothing is started again."""
    call = runs.run_keyed(key, ttl, metadata, run_id, fingerprint, retry_failed)
    try:
        run = yield from http.exchange(call, end=waiting.end)
    except RequestTimeoutError:
        if waiting.left() > 0:
            raise
        return timed_out(key)
    # Who has only joined must not keep a dead owner's run alive.
    held = run.lease_id if run.status == "acquired" else None
    return (yield from wait(waiting, key, held, auto_extend, extend_every, ttl, gone_ends=True))


def timed_out(key: str) -> AiResult[Any]:
    """The local word for "not yet"."""
    return AiResult(ok=False, status="failed", key=key, error_code="timeout")


def _passes(error: OnceOnlyError) -> bool:
    return isinstance(error, NetworkError) or error.status_code in RETRIED


def _extend_quietly(http: Http, call: Call[Any]) -> Flow[None]:
    """Extend; what goes wrong shows in the next status."""
    try:
        yield from http.exchange(call, retries=0)
    except (NetworkError, ApiError) as error:
        logger.info("a lease could not be extended while waiting: %s", error.message)
