"""What the client's hooks are called with: one frozen dataclass each, which may get more fields.

A hook is a function of one argument. On asynchronous calls it may be async, and is awaited. One that raises is logged and changes nothing, except
``on_fail_open``, which may refuse.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Awaitable, Callable, Optional, Union

from .errors import OnceOnlyError


@dataclass(frozen=True)
class DuplicateEvent:
    """A lock was asked for whose key is taken. ``first_seen_at`` is when the first caller came (ISO 8601, UTC)."""

    key: str
    first_seen_at: Optional[str]
    request_id: Optional[str]


@dataclass(frozen=True)
class RetryEvent:
    """An attempt has failed, and is repeated after ``pause`` seconds.

    ``path`` has no query. ``attempt`` counts the further attempts of one call from 1; ``failure`` is what came of the one before.
    """

    method: str
    path: str
    attempt: int
    pause: float
    failure: OnceOnlyError


@dataclass(frozen=True)
class FailOpenEvent:
    """A lock could not be asked for, and the caller is about to go ahead UNPROTECTED.

    ``reason`` is ``timeout``, ``request_error`` or ``api_5xx``; ``cause`` is the error that is raised when the hook refuses.
    """

    key: str
    reason: str
    cause: OnceOnlyError


OnDuplicate = Callable[[DuplicateEvent], Any]
OnRetry = Callable[[RetryEvent], Any]
#: False, or an error, refuses; every other value lets the caller go ahead.
OnFailOpen = Callable[[FailOpenEvent], Union[Optional[bool], Awaitable[Optional[bool]]]]
