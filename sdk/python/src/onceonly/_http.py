"""The only retry loop: one call with all its attempts and pauses."""

from __future__ import annotations

import json
import logging
import os
import random
import time
from dataclasses import replace
from typing import Any, List, Optional, TypeVar, Union

from ._answers import error_of, read_json
from ._call import Answer, Call, Flow, Header, Notify, Pause, Repeat, Request, Send
from ._options import Options
from ._tracing import trace_headers
from .errors import ApiError, NetworkError, OnceOnlyError, RequestTimeoutError
from .hooks import RetryEvent

T = TypeVar("T")

logger = logging.getLogger("onceonly")

ATTEMPT_MAX = 1e6  # Seconds: a socket waits for at most 2^31 milliseconds.
RETRIED = frozenset((429, 500, 502, 503, 504))
_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


class Http:
    """Turns calls into attempts. It holds no state that changes, so every thread and task may use it."""

    def __init__(self, options: Options) -> None:
        self.options = options
        url = options.base_url
        self._prefix = url.raw_path.decode("ascii")
        self._headers: List[Header] = [
            (b"Host", url.netloc),
            (b"Accept", b"application/json"),
            (b"User-Agent", options.user_agent.encode("ascii")),
            (b"Authorization", b"Bearer " + options.api_key.encode("ascii")),
        ]

    def exchange(
        self,
        call: Call[T],
        *,
        end: Optional[float] = None,
        retries: Optional[int] = None,
    ) -> Flow[T]:
        """Make ``call`` and answer with what its ``parse`` makes of a 2xx answer; raises what `errors` lists.

        ``end`` is an instant of the monotonic clock that no attempt and no pause passes, ``retries`` the number of further attempts; the
        client's own when absent. A ``Retry-After`` that is too long to wait for ends the call.
        """
        options = self.options
        limit = min(options.timeout + call.held, ATTEMPT_MAX)
        further = options.max_retries if retries is None else retries
        if options.deadline is not None:
            by_deadline = time.monotonic() + options.deadline
            end = by_deadline if end is None else min(end, by_deadline)
        request = self._request(call)
        attempt = 0
        while True:
            failure: Union[NetworkError, ApiError]
            try:
                answer = yield Send(request, limit if end is None else self._within(limit, end))
            except NetworkError as error:
                failure, repeatable = error, _may_repeat_lost(call.repeat, error)
            else:
                if 200 <= answer.status < 300:
                    return call.parse(read_json(answer), answer)
                failure = error_of(answer)
                repeatable = _may_repeat_refused(call.repeat, answer, failure)
            if not repeatable or attempt >= further or self._asks_too_much(failure):
                raise failure
            pause = self.pause_after(failure, attempt)
            if end is not None and time.monotonic() + pause >= end:
                raise failure
            attempt += 1
            yield from self.announce(call, attempt, pause, failure)
            yield Pause(pause)

    def pause_after(self, failure: OnceOnlyError, attempt: int) -> float:
        """Seconds to wait before the next attempt. Both ways are random in part, so that callers who failed together part."""
        longest = self.options.retry_max_backoff
        asked = failure.retry_after_sec
        if asked is not None:
            return min(longest, asked * (1 + random.random() / 10))
        # 2^32 is past every bound already, and a float must not overflow.
        return min(longest, self.options.retry_backoff * 2.0 ** min(attempt, 32)) * (0.5 + random.random() / 2)

    def _asks_too_much(self, failure: Union[NetworkError, ApiError]) -> bool:
        return failure.retry_after_sec is not None and failure.retry_after_sec > self.options.retry_max_backoff

    def announce(self, call: Call[Any], attempt: int, pause: float, failure: OnceOnlyError) -> Flow[None]:
        """Tell of a further attempt: its number, from 1, and the seconds until then."""
        method, path = call.method, self._prefix + call.path.partition("?")[0]
        logger.info("%s %s is attempted again in %.3f s (%d): %s", method, path, pause, attempt, failure.message)
        if self.options.on_retry is not None:
            yield Notify(self.options.on_retry, RetryEvent(method, path, attempt, pause, failure))

    def _request(self, call: Call[Any]) -> Request:
        headers = self._headers
        content = b""
        if call.body is not None:
            content = _encode(call.body).encode("utf-8")
            headers = headers + [(b"Content-Type", b"application/json"), (b"Content-Length", b"%d" % len(content))]
        if call.attempt_id:
            headers = headers + [(b"X-OnceOnly-Attempt-Id", os.urandom(16).hex().encode("ascii"))]
        headers = [*headers, *call.headers, *trace_headers()]
        target = (self._prefix + call.path).encode("ascii")
        unheld = self._request(replace(call, path=call.unheld, held=0.0)) if call.held > 0 else None
        return Request(call.method.encode("ascii"), target, headers, content, call.repeat != Repeat.UNSENT, call, unheld)

    def _within(self, limit: float, end: float) -> float:
        left = end - time.monotonic()
        if left <= 0:
            raise RequestTimeoutError(f"no answer from {self.options.server} within the time of the whole call")
        return min(limit, left)


def _may_repeat_lost(repeat: str, error: NetworkError) -> bool:
    return repeat != Repeat.UNSENT or error.unsent


def _may_repeat_refused(repeat: str, answer: Answer, failure: ApiError) -> bool:
    if answer.status not in RETRIED:
        return False
    if repeat == Repeat.UNSENT:
        return answer.status == 429
    return not (repeat == Repeat.OUTCOME and answer.status == 502 and failure.code == "tool_error")
