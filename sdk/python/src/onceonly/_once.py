"""One call that acts once: what ``@idempotent`` and the tool wrappers do around a function, for threads and for tasks."""

from __future__ import annotations

import inspect
import logging
from dataclasses import dataclass
from typing import Any, Awaitable, Callable, Dict, List, Optional

from ._function import OMITTED
from ._model import check_model, unwrapped, value_as_model
from ._options import KEY_FORMATS
from ._resources._shapes import Ttl, ttl_seconds
from ._work import NothingBegun, OnException, check_on_exception, finished, finished_async, releases
from .client import OnceOnly
from .errors import DuplicateError, OnceOnlyError
from .results import AiResult, CheckLockResult

RESULTS_KEPT = 7 * 86400  # Seconds for which the server keeps results.
REPLAY_LEASE = 300  # Seconds after which the lease of an owner that has died is free again.
REPLAY_WAIT = 60.0  # Seconds for which a duplicate waits for the first call.
WORDS = ("tell", "raise", "replay")

AtDuplicate = Callable[[Optional[str]], Any]
logger = logging.getLogger("onceonly")


@dataclass(frozen=True)
class Once:
    """How calls with equal keys act once.

    ``on_duplicate`` is a function, ``"tell"``, ``"raise"`` or ``"replay"``; ``on_exception`` says whether a function that raises gives its key
    back.
    """

    client: OnceOnly
    ttl: Ttl
    fail_open: Optional[bool]
    on_duplicate: Any
    on_exception: OnException
    model: Any = None

    def check(self) -> None:
        """TypeError or ValueError for an option that can't be right."""
        if not callable(self.on_duplicate) and self.on_duplicate not in WORDS:
            raise ValueError(f"on_duplicate must be a function, or one of {', '.join(WORDS)}")
        check_on_exception(self.on_exception)
        check_model(self.model)
        if not self.replays:
            if self.model is not None:
                raise ValueError('model must go with on_duplicate="replay"')
            return
        if self.fail_open:
            raise ValueError('fail_open must be off with on_duplicate="replay": a lease never fails open')
        seconds = ttl_seconds(self.ttl)
        if seconds is not None and seconds > RESULTS_KEPT:
            raise ValueError(f'ttl must be at most {RESULTS_KEPT} seconds with on_duplicate="replay": results are kept so long')

    @property
    def replays(self) -> bool:
        """Whether a duplicate gets the first call's value, so that a lease is taken instead of a lock."""
        return isinstance(self.on_duplicate, str) and self.on_duplicate == "replay"

    def run(self, key: str, function: Callable[[], Any], at_duplicate: AtDuplicate, **asked: Any) -> Any:
        """Run ``function`` if this call is the first with ``key``, on this thread. ``asked`` may hold ``meta`` and ``fingerprint``."""
        if self.replays:
            values: List[Any] = []

            def first() -> Any:
                values.append(finished(function()))
                return {"data": values[0]}  # Whatever it is, so that a duplicate gets just that.

            outcome = self.client.ai.run_fn(key, first, **self._leased(asked))
            return values[0] if values else self._replayed(key, outcome)
        lock = self.client.check_lock(key=key, ttl=ttl_seconds(self.ttl), fail_open=self.fail_open, **asked)
        if not lock.should_proceed():
            return self._duplicate(key, lock, at_duplicate)
        try:
            return finished(function())
        except BaseException as error:
            if self._gives_back(lock, error):
                try:
                    self.client.release_lock(key, str(lock.lock_id))
                except OnceOnlyError as problem:
                    _not_given_back(key, problem)
            raise

    async def run_async(self, key: str, function: Callable[[], Awaitable[Any]], at_duplicate: AtDuplicate, **asked: Any) -> Any:
        """As ``run``, in this task."""
        if self.replays:
            values: List[Any] = []

            async def first() -> Any:
                values.append(await finished_async(await function()))
                return {"data": values[0]}

            outcome = await self.client.ai.run_fn_async(key, first, **self._leased(asked))
            return values[0] if values else self._replayed(key, outcome)
        lock = await self.client.check_lock_async(key=key, ttl=ttl_seconds(self.ttl), fail_open=self.fail_open, **asked)
        if not lock.should_proceed():
            answer = self._duplicate(key, lock, at_duplicate)
            return await answer if inspect.isawaitable(answer) else answer
        try:
            return await finished_async(await function())
        except BaseException as error:
            if self._gives_back(lock, error):
                try:
                    await self.client.release_lock_async(key, str(lock.lock_id))
                except OnceOnlyError as problem:
                    _not_given_back(key, problem)
            raise

    def _leased(self, asked: Dict[str, Any]) -> Dict[str, Any]:
        seconds = ttl_seconds(self.ttl)
        return {
            "ttl": REPLAY_LEASE if seconds is None else min(seconds, REPLAY_LEASE),
            "metadata": asked.get("meta"),
            "fingerprint": asked.get("fingerprint"),
            "timeout": REPLAY_WAIT,
            "on_exception": self.on_exception,
        }

    def _replayed(self, key: str, outcome: AiResult[Any]) -> Any:
        if outcome.status == "completed" and outcome.result != OMITTED:
            value = unwrapped(outcome.result)
            return value if self.model is None or value is None else value_as_model(self.model, value, key)
        if outcome.status == "completed":
            raise duplicate_error(key, None, None, "its result was too long to be kept")
        if outcome.error_code == "timeout":
            raise duplicate_error(key, None, "timeout", f"that call still runs after {REPLAY_WAIT:g} s")
        raise duplicate_error(key, None, outcome.error_code, f"that call has no result: {outcome.error_code}")

    def _duplicate(self, key: str, lock: CheckLockResult, at_duplicate: AtDuplicate) -> Any:
        if self.on_duplicate == "raise":
            raise duplicate_error(key, lock.first_seen_at, None, "this does not say whether that one succeeded")
        return at_duplicate(lock.first_seen_at)

    def _gives_back(self, lock: CheckLockResult, error: BaseException) -> bool:
        """Whether the lock is given back after this exception; a warning says so when it is not."""
        if isinstance(error, NothingBegun):
            return lock.lock_id is not None
        # An interrupted or cancelled function has not failed; its key is given back only for whom names its class.
        failed = isinstance(error, Exception)
        if (failed or not isinstance(self.on_exception, str)) and releases(self.on_exception, error):
            return lock.lock_id is not None
        if failed and not lock.failed_open:
            logger.warning(
                "the function of %r has failed, and its key is kept: the same call is a duplicate until its ttl ends", lock.key
            )
        return False


def duplicate_error(key: str, first_seen_at: Optional[str], error_code: Optional[str], words: str) -> DuplicateError:
    """The error that says that a call was made before."""
    when = "" if first_seen_at is None else f", first at {first_seen_at}"
    error = DuplicateError(f"{key!r} was not run again: the same call was made before{when}; {words}", code=error_code)
    error.key, error.first_seen_at, error.error_code = key, first_seen_at, error_code
    return error


def _not_given_back(key: str, problem: OnceOnlyError) -> None:
    logger.warning("the lock of %r could not be released: %s", key, problem.message)


def checked_client(client: Any, word: str) -> OnceOnly:
    """A client; TypeError that says how to write it for anything else, such as the function itself."""
    if isinstance(client, OnceOnly):
        return client
    raise TypeError(f"client must be a OnceOnly, not a {type(client).__qualname__}: write {word}(client, …)")


def key_format_of(client: OnceOnly, key_format: Optional[str]) -> str:
    """The format of keys that was asked for, else the client's."""
    if key_format is None:
        engine: Any = getattr(client, "_engine", None)  # A stand-in for tests has none.
        return "default" if engine is None else engine.http.options.key_format
    if key_format not in KEY_FORMATS:
        raise ValueError(f"key_format must be {' or '.join(KEY_FORMATS)}")
    return key_format
