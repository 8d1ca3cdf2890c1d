"""The client's options: checked once, then never changed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Optional

import httpx

from ._version import __version__

DEFAULT_BASE_URL = "https://api.onceonly.tech/v1"
DEFAULT_USER_AGENT = f"onceonly-python-sdk/{__version__}"


@dataclass(frozen=True)
class Options:
    """What the client was told. Durations are seconds."""

    api_key: str
    base_url: httpx.URL
    timeout: float
    deadline: Optional[float]
    fail_open: bool
    max_retries: int
    retry_backoff: float
    retry_max_backoff: float
    user_agent: str

    def __repr__(self) -> str:
        return f"Options(base_url={str(self.base_url)!r}, timeout={self.timeout}, fail_open={self.fail_open})"


def checked_options(
    *,
    api_key: str,
    base_url: str,
    timeout: float,
    deadline: Optional[float],
    fail_open: bool,
    max_retries: int,
    retry_backoff: float,
    retry_max_backoff: float,
    user_agent: Optional[str],
) -> Options:
    """The options, or ValueError or TypeError that names the one that can't be right. It never shows the API key."""
    if type(fail_open) is not bool:
        raise TypeError("fail_open must be True or False")
    if type(max_retries) is not int or max_retries < 0:
        raise ValueError("max_retries_429 must be a whole number, 0 or more")
    return Options(
        api_key=_header_text("api_key", api_key),
        base_url=_base_url(base_url),
        timeout=seconds("timeout", timeout, above=True),
        deadline=None if deadline is None else seconds("deadline", deadline, above=True),
        fail_open=fail_open,
        max_retries=max_retries,
        retry_backoff=seconds("retry_backoff", retry_backoff),
        retry_max_backoff=seconds("retry_max_backoff", retry_max_backoff),
        user_agent=DEFAULT_USER_AGENT if user_agent is None else _header_text("user_agent", user_agent),
    )


def seconds(name: str, value: float, *, above: bool = False) -> float:
    """A finite number of seconds, 0 or more; more than 0 with ``above``."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"{name} must be a number of seconds")
    if not math.isfinite(value) or value < 0 or (above and value == 0):
        raise ValueError(f"{name} must be a finite number of seconds, {'more than 0' if above else '0 or more'}")
    return float(value)


def _header_text(name: str, value: str) -> str:
    # The value is never part of the message: it may be a secret.
    if not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"{name} must be a string")
    if not value.strip():
        raise ValueError(f"{name} must not be empty")
    if not value.isascii() or not value.isprintable() or value != value.strip():
        raise ValueError(f"{name} must be printable ASCII without blanks around it")
    return value


def _base_url(value: str) -> httpx.URL:
    try:
        url = httpx.URL(value.strip())
    except httpx.InvalidURL as error:
        raise ValueError(f"base_url is not a URL: {error}") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError("base_url must be an absolute http or https URL")
    if url.userinfo or url.query or url.fragment:
        raise ValueError("base_url must have no user, query or fragment")
    path = url.raw_path.decode("ascii").rstrip("/")
    return url.copy_with(raw_path=(path or "/v1").encode("ascii"))
