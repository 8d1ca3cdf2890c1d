"""Asking for locks: what becomes of a lock without an answer, and who is told of duplicates."""

from __future__ import annotations

import logging
import ssl
from datetime import timedelta
from typing import Any, List, Mapping, Optional, Sequence, Union

import httpx

from ._call import Ask, Flow, Notify
from ._http import Http
from ._resources import locks
from .errors import ApiError, NetworkError, OnceOnlyError, RequestTimeoutError
from .hooks import DuplicateEvent, FailOpenEvent
from .results import CheckLockResult

Ttl = Union[int, timedelta]
Item = Union[str, Mapping[str, Any]]
ItemResult = Union[CheckLockResult, OnceOnlyError]

logger = logging.getLogger("onceonly")


def check_lock(
    http: Http,
    key: str,
    ttl: Optional[Ttl],
    meta: Any,
    request_id: Optional[str],
    fingerprint: Optional[str],
    fail_open: Optional[bool],
) -> Flow[CheckLockResult]:
    """Ask for a lock. Without an answer the caller goes ahead, unless fail_open is off; a "no" is never turned into a "yes"."""
    call = locks.check(key, ttl, meta, request_id, fingerprint)
    failure: OnceOnlyError
    try:
        lock = yield from http.exchange(call)
        yield from _tell(http, lock)
        return lock
    except RequestTimeoutError as error:
        failure, reason = error, "timeout"
    except NetworkError as error:
        failure, reason = error, "request_error"
    except ApiError as error:
        duplicate = locks.duplicate_of(error, key, ttl)
        if duplicate is not None:
            yield from _tell(http, duplicate)
            return duplicate
        if (error.status_code or 0) < 500:
            raise
        failure, reason = error, "api_5xx"
    # Who has only waited for a connection of this client has never asked the server.
    if isinstance(failure.__cause__, httpx.PoolTimeout) or not http.options.fails_open(fail_open):
        raise failure
    if not (yield from _allowed(http, key, reason, failure)):
        raise failure
    words = f"{failure.message}; it will not go away by itself" if _is_of_tls(failure) else failure.message
    logger.warning("check_lock(%r) goes ahead UNPROTECTED (fail_open), reason: %s (%s)", key, reason, words)
    return locks.failed_open(key, ttl, meta, reason)


def check_lock_batch(http: Http, items: Sequence[Item]) -> Flow[List[ItemResult]]:
    """Ask for several locks. It never fails open."""
    answers = yield from http.exchange(locks.check_batch(items))
    for one in answers:
        if isinstance(one, CheckLockResult):
            yield from _tell(http, one)
    return answers


def _tell(http: Http, lock: CheckLockResult) -> Flow[None]:
    if lock.duplicate and http.options.on_duplicate is not None:
        yield Notify(http.options.on_duplicate, DuplicateEvent(lock.key, lock.first_seen_at, lock.request_id))


def _allowed(http: Http, key: str, reason: str, failure: OnceOnlyError) -> Flow[bool]:
    """Whether the hook lets the lock fail open; one that raises does not."""
    hook = http.options.on_fail_open
    if hook is None:
        return True
    try:
        answer = yield Ask(hook, FailOpenEvent(key, reason, failure))
    except Exception as refusal:
        logger.warning("check_lock(%r) does not fail open, since on_fail_open has raised: %r", key, refusal)
        return False
    return answer is not False


def _is_of_tls(failure: OnceOnlyError) -> bool:
    """Whether the connection was never made because TLS could not be agreed on: a matter of certificates and settings, not of time."""
    error: Optional[BaseException] = failure if isinstance(failure, NetworkError) and failure.unsent else None
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False
