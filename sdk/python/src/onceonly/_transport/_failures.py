"""The errors of a transport, from httpx's and from httpcore's: both name their errors alike."""

from __future__ import annotations

import asyncio
from typing import Union

import httpcore
import httpx

from ..errors import NetworkError, RequestTimeoutError

HTTPCORE_ERRORS = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
)


def of_httpx(error: Exception) -> NetworkError:
    """Our error, with ``error`` as its cause."""
    words = str(error) or type(error).__name__
    failure: Union[NetworkError, RequestTimeoutError]
    if isinstance(error, (httpx.TimeoutException, asyncio.TimeoutError)):
        failure = RequestTimeoutError(f"no answer in time: {words}")
    else:
        failure = NetworkError(f"no answer: {words}")
    failure.unsent = isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout))
    failure.__cause__ = error
    return failure


def of_httpcore(error: Exception) -> NetworkError:
    """The same for the engine below httpx; the cause is httpx's error of that name, so that callers need to know only one family."""
    kind = getattr(httpx, type(error).__name__, httpx.TransportError)
    cause = kind(str(error) or type(error).__name__)
    cause.__cause__ = error
    return of_httpx(cause)
