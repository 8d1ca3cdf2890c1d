"""``ai.run_fn``: a function that runs under a lease, once for each key."""

from __future__ import annotations

import functools
import hashlib
import logging
import math
import time
from dataclasses import dataclass
from typing import Any, Callable, List, Optional, TypeVar, cast

from ._call import Call, Flow, Notify, Pause, Send, Work
from ._flows import GONE, PAUSE_MIN, Waiting, timed_out, wait
from ._http import Http
from ._lease import Lease, lease_expired, lease_lost, told_by
from ._model import as_model, check_model
from ._options import Seconds, seconds
from ._resources import leases
from ._resources._shapes import Ttl, text, ttl_seconds
from ._values import stored
from ._work import NothingBegun, OnException, check_function, check_on_exception, releases
from .errors import ApiError, ClientClosedError, NetworkError, OnceOnlyError, ProtocolError, ResultNotRecordedError
from .results import AiResult, JsonObject

T = TypeVar("T")

RECORD_ATTEMPTS_MIN = 3  # complete and fail are attempted so often at least, also after the lease's end.
REFUSED = (413, 422)  # The value is too large, or has something that the server does not store.
PASSING = (408, 425, 429)  # What complete and fail are told by a server, or a proxy, that will take them later.
OMITTED: JsonObject = {"omitted": True}
RELEASED = "released"  # The error_code that tells the next caller to run the function again.
EXTEND_MIN = 0.05  # Seconds between two extends, however short the lease.

logger = logging.getLogger("onceonly")


@dataclass(frozen=True)
class FunctionOptions:
    """The options of ``ai.run_fn``."""

    ttl: Ttl = 300
    metadata: Any = None
    extend_every: Seconds = 30.0
    wait_on_conflict: bool = True
    timeout: Seconds = 60.0
    poll_min: Seconds = 0.5
    poll_max: Seconds = 5.0
    error_code: str = "fn_error"
    on_lease_lost: Optional[Callable[[OnceOnlyError], Any]] = None
    fingerprint: Optional[str] = None
    retry_failed: bool = False
    on_exception: OnException = "keep"
    model: Any = None

    def check(self) -> None:
        """TypeError or ValueError for an option that can't be right."""
        seconds("extend_every", self.extend_every, above=True)
        text("error_code", self.error_code)
        check_on_exception(self.on_exception)
        check_model(self.model)


def run_function(
    http: Http, key: str, function: Callable[[], Any], options: FunctionOptions, *, asynchronous: bool
) -> Flow[AiResult[Any]]:
    """Acquire the key's lease and run ``function`` under it; or answer with what another has made of the key."""
    check_function("fn", function, asynchronous=asynchronous)
    options.check()
    retry_failed = options.retry_failed
    waiting: Optional[Waiting] = None
    while True:
        sent: List[float] = []
        asked = leases.lease(key, options.ttl, options.metadata, options.fingerprint, retry_failed)
        answer = yield from _noting(http.exchange(asked), sent)
        status = answer.get("status")
        if status == "acquired":
            return (yield from _run(http, key, function, options, answer, sent))
        if status in ("completed", "failed"):
            outcome = yield from http.exchange(leases.result(key, None, options.model))
            if retry_failed or not _is_released(outcome):
                return outcome
        elif not options.wait_on_conflict:
            return AiResult(ok=False, status=status, key=key, error_code="not_acquired", raw=answer)
        else:
            again = waiting is not None
            waiting = waiting or Waiting(http, options.timeout, options.poll_min, options.poll_max)
            outcome = yield from _awaited(waiting, key, options, pause=again)
            if outcome.status != GONE and not _is_released(outcome):
                return outcome
        # The owner has died, or its function has failed in a way after which it is run again: this caller takes over. A failure that comes
        # after that one is another one, and is not run again.
        retry_failed = options.retry_failed or _is_released(outcome)


def _is_released(outcome: AiResult[Any]) -> bool:
    return outcome.status == "failed" and outcome.error_code == RELEASED


def _awaited(waiting: Waiting, key: str, options: FunctionOptions, *, pause: bool) -> Flow[AiResult[Any]]:
    """Wait for the key's owner. ``pause`` before asking, when a lease was asked for in vain already."""
    if pause:
        yield Pause(waiting.pause(None))
        if waiting.left() <= 0:
            return timed_out(key)
    return (yield from wait(waiting, key, None, False, options.extend_every, gone_ends=True, model=options.model))


def _noting(flow: Flow[T], sent: List[float]) -> Flow[T]:
    """A flow, with the instant at which each of its attempts is sent."""
    outcome: Any = None
    error: Optional[BaseException] = None
    try:
        while True:
            effect = flow.send(outcome) if error is None else flow.throw(error)
            outcome = error = None
            if type(effect) is Send:
                sent.append(time.monotonic())
            try:
                outcome = yield effect
            except Exception as raised:
                error = raised
    except StopIteration as end:
        return cast(T, end.value)
    finally:
        flow.close()
        error = None  # A frame in its own traceback would be a cycle.


def _run(
    http: Http, key: str, function: Callable[[], Any], options: FunctionOptions, answer: JsonObject, sent: List[float]
) -> Flow[AiResult[Any]]:
    """Run the function under the lease that was acquired, record how it ended, and read that back."""
    lease_id = answer.get("lease_id")
    if not isinstance(lease_id, str) or not lease_id:
        return AiResult(ok=False, status="failed", key=key, error_code="missing_lease_id", raw=answer)
    ttl = _ttl_of(answer, options.ttl)
    lease = Lease(key, lease_id, answer.get("fence"))
    # A repeated attempt is told of the lease that the first one has acquired.
    lease.end = (sent[0] if answer.get("replayed") is True else sent[-1]) + ttl
    every = max(EXTEND_MIN, min(seconds("extend_every", options.extend_every), ttl / 3))
    result = yield Work(
        function,
        lease,
        lambda: _beats(http, lease, options, every),
        functools.partial(_record, http, lease, options, ttl),
    )
    try:
        return (yield from http.exchange(leases.result(key, None, options.model)))
    except (NetworkError, ApiError, ProtocolError, ClientClosedError) as error:
        # The work is done and stored; that its record can't be read back just now must not look like a failure.
        logger.warning("the result of %r is stored, and could not be read back: %s", key, error.message)
        return AiResult(ok=True, status="completed", key=key, result=result, value=_value(options.model, result, key))


def _value(model: Any, result: Optional[JsonObject], key: str) -> Any:
    try:
        return as_model(model, result, key)
    except ProtocolError:
        return None


def _ttl_of(answer: JsonObject, asked: Ttl) -> float:
    ttl = answer.get("ttl") or ttl_seconds(asked)
    return float(ttl) if isinstance(ttl, (int, float)) else math.inf


def _beats(http: Http, lease: Lease, options: FunctionOptions, every: float) -> Flow[None]:
    """Extend the lease again and again, until the runner stops this or the lease is lost."""
    reason: OnceOnlyError = lease_expired(lease.key)
    closed = False
    while not lease.lost:
        left = max(0.0, lease.end - time.monotonic())
        if closed and math.isinf(left):
            return
        # Sooner than the next turn, when the lease ends before that.
        yield Pause(left if closed else every if every < left else min(left, max(EXTEND_MIN, left / 2)))
        if closed or lease.lost:
            continue
        try:
            yield from _extend(http, lease, options)
        except ClientClosedError:
            closed = True  # Nothing is asked any more, and the clock goes on.
        except ApiError as error:
            if error.status_code == 409:
                reason = error
                break
            logger.warning("the lease of %r could not be extended, trying again: %s", lease.key, error.message)
        except (NetworkError, ProtocolError) as error:
            logger.warning("the lease of %r could not be extended, trying again: %s", lease.key, error.message)
    if lease.ending:
        return  # The answer to complete or fail says what has become of the lease.
    lease.lose(reason)
    if options.on_lease_lost is not None:
        yield Notify(options.on_lease_lost, reason)


def _extend(http: Http, lease: Lease, options: FunctionOptions) -> Flow[None]:
    """Extend the lease once; given up when the lease ends meanwhile."""
    sent: List[float] = []
    end = None if math.isinf(lease.end) else lease.end
    call = leases.extend(lease.key, lease.lease_id, options.ttl)
    answer = yield from _noting(http.exchange(call, end=end, retries=0), sent)
    lease.extended(sent[-1] + _ttl_of(answer, options.ttl))


def _record(
    http: Http, lease: Lease, options: FunctionOptions, ttl: float, value: Any, error: Optional[BaseException]
) -> Flow[Optional[JsonObject]]:
    """Record how the function ended; answers with what was stored, or raises what the function has raised."""
    lease.ending = not lease.lost
    until = time.monotonic() + ttl
    if lease.lost and (error is not None or not lease.expired):
        lost = lease.lost_error(error is None, value)
        lost.__context__ = error
        raise lost
    if error is not None:
        yield from _fail(http, lease, options, until, error)
        raise error
    return (yield from _complete(http, lease, until, value, stored(value)))


def _complete(http: Http, lease: Lease, until: float, value: Any, result: Optional[JsonObject]) -> Flow[Optional[JsonObject]]:
    """Store the value; answers with what was stored. The effect has happened, so a value that the server refuses is left out, and
    whatever comes of this, the lease is not failed."""
    try:
        yield from _insisting(http, leases.complete(lease.key, lease.lease_id, result, None), lease, until)
        return result
    except ApiError as error:
        if error.status_code == 409:
            raise lease_lost(lease.key, error, True, value) from error
        if error.status_code not in REFUSED or result is None or result is OMITTED:
            raise _not_recorded(lease.key, error, value) from error
        logger.warning("the value of %r is refused by the server and left out: %s", lease.key, error.message)
    except OnceOnlyError as error:
        raise _not_recorded(lease.key, error, value) from error
    return (yield from _complete(http, lease, until, value, OMITTED))


def _not_recorded(key: str, reason: OnceOnlyError, value: Any) -> ResultNotRecordedError:
    error = ResultNotRecordedError(
        f"the function of {key!r} has run, and its result could not be recorded: {reason.message}",
        retry_after_sec=reason.retry_after_sec,
        **told_by(reason),
    )
    error.result = value
    return error


def _fail(http: Http, lease: Lease, options: FunctionOptions, until: float, error: BaseException) -> Flow[None]:
    """Record that the function failed. Its own error is what the caller gets, whatever happens here."""
    released = isinstance(error, NothingBegun) or releases(options.on_exception, error)
    code = RELEASED if released else options.error_code
    digest = hashlib.sha256(_words(error).encode("utf-8", "replace")).hexdigest()
    try:
        yield from _insisting(http, leases.fail(lease.key, lease.lease_id, code, digest), lease, until)
    except OnceOnlyError as problem:
        logger.warning("the failure of %r could not be recorded: %s", lease.key, problem.message)
        return
    if not released:
        logger.warning("the function of %r has failed, and its key is kept: later callers are told so (%s)", lease.key, code)


def _insisting(http: Http, call: Call[T], lease: Lease, until: float) -> Flow[T]:
    """Make a call again and again until the lease's end, at ``until`` at the latest, and three times at least: a server that is restarted
    meanwhile must not lead to a second run."""
    attempt = 0
    while True:
        try:
            return (yield from http.exchange(call, retries=0))
        except (NetworkError, ApiError, ProtocolError) as error:
            if isinstance(error, ApiError) and not _may_pass(error.status_code):
                raise
            failure = error
        attempt += 1
        left = min(until, lease.end) - time.monotonic()
        if attempt >= RECORD_ATTEMPTS_MIN and left <= 0:
            raise failure
        pause = max(PAUSE_MIN, http.pause_after(failure, attempt - 1))
        pause = pause if attempt < RECORD_ATTEMPTS_MIN else min(pause, left)
        yield from http.announce(call, attempt, pause, failure)
        yield Pause(pause)


def _may_pass(status: Optional[int]) -> bool:
    return status is not None and (status >= 500 or status in PASSING)


def _words(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # An error whose text fails is still the caller's error.
        return type(error).__name__
