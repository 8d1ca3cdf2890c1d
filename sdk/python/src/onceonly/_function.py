"""``ai.run_fn``: a function that runs under a lease, once for each key."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from typing import Any, Callable, Optional

from ._call import Flow, Notify, Pause, Work
from ._flows import Waiting, wait
from ._http import Http
from ._lease import Lease, lease_lost
from ._options import seconds
from ._resources import leases
from ._values import stored
from .errors import ApiError, NetworkError, OnceOnlyError, ProtocolError
from .results import AiResult, JsonObject

FINISH_RETRIES = 2  # complete and fail are attempted three times at least.
REFUSED = (413, 422)  # The value is too large, or has something that the server does not store.
OMITTED: JsonObject = {"omitted": True}
EXTEND_MIN = 0.05  # Seconds between two extends, however short the lease.

logger = logging.getLogger("onceonly")


@dataclass(frozen=True)
class FunctionOptions:
    """The options of ``ai.run_fn``; durations are seconds."""

    ttl: Optional[int] = 300
    metadata: Any = None
    extend_every: float = 30.0
    wait_on_conflict: bool = True
    timeout: float = 60.0
    poll_min: float = 0.5
    poll_max: float = 5.0
    error_code: str = "fn_error"
    on_lease_lost: Optional[Callable[[OnceOnlyError], Any]] = None
    fingerprint: Optional[str] = None
    retry_failed: bool = False


def run_function(http: Http, key: str, function: Callable[[], Any], options: FunctionOptions) -> Flow[AiResult]:
    """Acquire the key's lease and run ``function`` under it; or answer with what another has made of the key."""
    if not callable(function):
        raise TypeError("fn must be callable")
    every = seconds("extend_every", options.extend_every, above=True)
    answer = yield from http.exchange(
        leases.lease(key, options.ttl, options.metadata, options.fingerprint, options.retry_failed)
    )
    status = answer.get("status")
    if status == "acquired":
        lease_id = answer.get("lease_id")
        if not isinstance(lease_id, str) or not lease_id:
            return AiResult(ok=False, status="failed", key=key, error_code="missing_lease_id", raw=answer)
        lease = Lease(key, lease_id, answer.get("fence"))
        return (yield from _run_under(http, lease, function, options, _interval(every, answer, options.ttl)))
    if status in ("completed", "failed"):
        return (yield from http.exchange(leases.result(key, None)))
    if options.wait_on_conflict:
        waiting = Waiting(http, options.timeout, options.poll_min, options.poll_max)
        return (yield from wait(waiting, key, None, False, every))
    return AiResult(ok=False, status=status, key=key, error_code="not_acquired", raw=answer)


def _interval(every: float, answer: JsonObject, asked_ttl: Optional[int]) -> float:
    ttl = answer.get("ttl") or asked_ttl
    return max(EXTEND_MIN, min(every, ttl / 3) if isinstance(ttl, (int, float)) else every)


def _run_under(http: Http, lease: Lease, function: Callable[[], Any], options: FunctionOptions, every: float) -> Flow[AiResult]:
    try:
        value = yield Work(function, lease, lambda: _beats(http, lease, options, every))
    except Exception as error:
        # KeyboardInterrupt and cancellation pass by: the function did not fail, and its lease is left to expire.
        if not lease.lost:
            yield from _fail(http, lease, options.error_code, error)
            raise
        lease.raise_if_lost()
        raise
    lease.raise_if_lost()
    result = stored(value)
    result = yield from _complete(http, lease, result)
    try:
        return (yield from http.exchange(leases.result(lease.key, None)))
    except (NetworkError, ApiError, ProtocolError) as error:
        # The work is done and stored; that its record can't be read back just now must not look like a failure.
        logger.warning("the result of %r is stored, and could not be read back: %s", lease.key, error.message)
        return AiResult(ok=True, status="completed", key=lease.key, result=result)


def _beats(http: Http, lease: Lease, options: FunctionOptions, every: float) -> Flow[None]:
    """Extend the lease again and again, until the runner stops this or the lease is lost."""
    while True:
        yield Pause(every)
        try:
            yield from http.exchange(leases.extend(lease.key, lease.lease_id, options.ttl), retries=0)
        except ApiError as error:
            if error.status_code == 409:
                lease.lose(error)
                if options.on_lease_lost is not None:
                    yield Notify(options.on_lease_lost, error)
                return
            logger.warning("the lease of %r could not be extended, trying again: %s", lease.key, error.message)
        except (NetworkError, ProtocolError) as error:
            logger.warning("the lease of %r could not be extended, trying again: %s", lease.key, error.message)


def _complete(http: Http, lease: Lease, result: Optional[JsonObject]) -> Flow[Optional[JsonObject]]:
    """Store the value; answers with what was stored. The effect has happened, so a value that the server refuses is left out, and
    whatever comes of this, the lease is not failed."""
    retries = max(FINISH_RETRIES, http.options.max_retries)
    try:
        yield from http.exchange(leases.complete(lease.key, lease.lease_id, result, None), retries=retries)
        return result
    except ApiError as error:
        if error.status_code == 409:
            raise lease_lost(lease.key, error) from error
        if error.status_code not in REFUSED or result is None or result is OMITTED:
            raise
        logger.warning("the value of %r is refused by the server and left out: %s", lease.key, error.message)
    return (yield from _complete(http, lease, OMITTED))


def _fail(http: Http, lease: Lease, error_code: str, error: Exception) -> Flow[None]:
    """Record that the function failed. Its own error is what the caller gets, whatever happens here."""
    digest = hashlib.sha256(_words(error).encode("utf-8", "replace")).hexdigest()
    retries = max(FINISH_RETRIES, http.options.max_retries)
    try:
        yield from http.exchange(leases.fail(lease.key, lease.lease_id, error_code, digest), retries=retries)
    except OnceOnlyError as problem:
        logger.warning("the failure of %r could not be recorded: %s", lease.key, problem.message)


def _words(error: Exception) -> str:
    try:
        return str(error)
    except Exception:  # An error whose text fails is still the caller's error.
        return type(error).__name__
