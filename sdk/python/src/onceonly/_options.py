"""The client's options: checked once, then never changed."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Optional, Union, cast

import httpx

from ._version import __version__
from .hooks import OnDuplicate, OnFailOpen, OnRetry

DEFAULT_BASE_URL = "https://api.onceonly.tech/v1"
DEFAULT_USER_AGENT = f"onceonly-python-sdk/{__version__}"
DEFAULT_MAX_CONNECTIONS = 100
KEY_FORMATS = ("default", "published")

SECONDS_MAX = 1e9  # Some 30 years; more is the same, and more than the system's own waits can take.

Seconds = Union[int, float, timedelta]
"""A number of seconds, or a timedelta."""

_YES = ("true", "1", "yes", "on")
_NO = ("false", "0", "no", "off")


@dataclass(frozen=True)
class Options:
    """What the client was told, and what it found in the environment. Durations are seconds.

    ``never_fails_open`` is ONCEONLY_FAIL_OPEN=false, which wins over ``fail_open`` of the client, of a call and of a decorator.
    """

    api_key: str
    base_url: httpx.URL
    timeout: float
    deadline: Optional[float]
    fail_open: bool
    never_fails_open: bool
    max_retries: int
    retry_backoff: float
    retry_max_backoff: float
    user_agent: str
    max_connections: int
    key_format: str
    on_duplicate: Optional[OnDuplicate]
    on_retry: Optional[OnRetry]
    on_fail_open: Optional[OnFailOpen]

    @property
    def server(self) -> str:
        """Where the server is, as ``<scheme>://<host>:<port>``."""
        return origin_of(self.base_url)

    def fails_open(self, wanted: Optional[bool]) -> bool:
        """Whether a lock fails open for whom ``wanted`` is what the call has asked for."""
        return not self.never_fails_open and (self.fail_open if wanted is None else wanted)

    def __repr__(self) -> str:
        return f"Options(base_url={str(self.base_url)!r}, timeout={self.timeout}, fail_open={self.fail_open})"


def checked_options(
    *,
    api_key: Optional[str],
    base_url: Optional[str],
    timeout: Seconds,
    deadline: Optional[Seconds],
    fail_open: bool,
    max_retries: int,
    retry_backoff: Seconds,
    retry_max_backoff: Seconds,
    user_agent: Optional[str],
    max_connections: int,
    key_format: str,
    on_duplicate: Optional[OnDuplicate],
    on_retry: Optional[OnRetry],
    on_fail_open: Optional[OnFailOpen],
) -> Options:
    """The options, or ValueError or TypeError that names the one that can't be right. It never shows the API key.

    The environment is read here, and nowhere later.
    """
    if type(fail_open) is not bool:
        raise TypeError("fail_open must be True or False")
    if key_format not in KEY_FORMATS:
        raise ValueError("key_format must be default or published")
    return Options(
        api_key=_api_key(api_key),
        base_url=_base_url(base_url),
        timeout=seconds("timeout", timeout, above=True),
        deadline=None if deadline is None else seconds("deadline", deadline, above=True),
        fail_open=fail_open,
        never_fails_open=_never_fails_open(),
        max_retries=_whole("max_retries_429", max_retries, 0),
        retry_backoff=seconds("retry_backoff", retry_backoff),
        retry_max_backoff=seconds("retry_max_backoff", retry_max_backoff),
        user_agent=DEFAULT_USER_AGENT if user_agent is None else _header_text("user_agent", user_agent),
        max_connections=_whole("max_connections", max_connections, 1),
        key_format=key_format,
        on_duplicate=_hook("on_duplicate", on_duplicate),
        on_retry=_hook("on_retry", on_retry),
        on_fail_open=_hook("on_fail_open", on_fail_open),
    )


def seconds(name: str, value: Seconds, *, above: bool = False) -> float:
    """A finite number of seconds, 0 or more; more than 0 with ``above``. A timedelta is its seconds. More than SECONDS_MAX is SECONDS_MAX."""
    if isinstance(value, timedelta):
        value = value.total_seconds()
    if isinstance(value, bool) or not isinstance(value, (int, float)):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"{name} must be a number of seconds or a timedelta")
    if not math.isfinite(value) or value < 0 or (above and value == 0):
        raise ValueError(f"{name} must be a finite number of seconds, {'more than 0' if above else '0 or more'}")
    return min(float(value), SECONDS_MAX)


def whole_seconds(name: str, value: Any) -> Optional[int]:
    """A TTL as it is sent: a timedelta as its seconds, which must be whole; else what was given, which the server judges."""
    if not isinstance(value, timedelta):
        return cast(Optional[int], value)
    if value % timedelta(seconds=1):
        raise ValueError(f"{name} must be whole seconds")
    return value // timedelta(seconds=1)


def origin_of(url: httpx.URL) -> str:
    """``<scheme>://<host>:<port>``, with the port that is usual where there is none."""
    host = f"[{url.host}]" if ":" in url.host else url.host
    return f"{url.scheme}://{host}:{url.port or (443 if url.scheme == 'https' else 80)}"


def _api_key(value: Optional[str]) -> str:
    if value is not None:
        return _header_text("api_key", value)
    found = os.environ.get("ONCEONLY_API_KEY")
    if not found:
        raise ValueError("api_key must be given, as an argument or in ONCEONLY_API_KEY")
    return _header_text("ONCEONLY_API_KEY", found)


def _never_fails_open() -> bool:
    word = (os.environ.get("ONCEONLY_FAIL_OPEN") or "").strip().lower()
    if word and word not in _YES + _NO:
        raise ValueError(f"ONCEONLY_FAIL_OPEN must be one of {', '.join(_YES + _NO)}, or empty")
    return word in _NO


def _whole(name: str, value: int, least: int) -> int:
    if type(value) is not int or value < least:
        raise ValueError(f"{name} must be a whole number, {least} or more")
    return value


def _hook(name: str, value: Any) -> Any:
    if value is not None and not callable(value):
        raise TypeError(f"{name} must be a function")
    return value


def _header_text(name: str, value: str) -> str:
    # The value is never part of the message: it may be a secret.
    if not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"{name} must be a string")
    if not value.strip():
        raise ValueError(f"{name} must not be empty")
    if not value.isascii() or not value.isprintable() or value != value.strip():
        raise ValueError(f"{name} must be printable ASCII without blanks around it")
    return value


def _base_url(value: Optional[str]) -> httpx.URL:
    name = "base_url" if value is not None else "ONCEONLY_BASE_URL"
    given = value if value is not None else os.environ.get("ONCEONLY_BASE_URL") or DEFAULT_BASE_URL
    if not isinstance(cast(Any, given), str):
        raise TypeError(f"{name} must be a string")
    try:
        url = httpx.URL(given.strip())
    except httpx.InvalidURL as error:
        raise ValueError(f"{name} must be a URL: {error}") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError(f"{name} must be an absolute http or https URL")
    if url.userinfo or url.query or url.fragment:
        raise ValueError(f"{name} must have no user, query or fragment")
    path = url.raw_path.decode("ascii").rstrip("/")
    return url.copy_with(raw_path=(path or "/v1").encode("ascii"))
